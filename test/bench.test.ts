/** What the bench says stays what it measured: its page and plot are written from its results alone. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { BARS } from '../bench/bars.ts'
import type { Bar } from '../bench/bars.ts'
import { contend } from '../bench/contend.ts'
import { atOnce, duel, inSequence, oneAtATime } from '../bench/duel.ts'
import { isMet, judge } from '../bench/judge.ts'
import { PACES } from '../bench/pace.ts'
import { describeResults, merge, PLOT, readResults, REPORT, RESULTS } from '../bench/results.ts'
import type { Results } from '../bench/results.ts'
import { layOut } from '../bench/table.ts'

const results = readResults() as Results

describe('what is published', () => {
  test('README.md and speed.svg are what the results say (npm run bench -- --report)', async () => {
    const { report, plot } = await describeResults(results)
    expect(readFileSync(REPORT, 'utf8')).toBe(report)
    expect(readFileSync(PLOT, 'utf8')).toBe(plot)
  })

  test('every bar was judged, and none that is no more', () => {
    const names = BARS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(results.bars.map(({ name }) => name).sort()).toEqual([...names].sort())
    expect(results.bars.filter(({ value }) => value === null)).toEqual([])
  })

  test.each(BARS)('$name compares what is in the tables', ({ table, subject, against }) => {
    const { rows, columns } = results.tables.find(({ name }) => name === table) ?? {}
    for (const [row, column] of against ? [subject, against] : [subject]) {
      const at = columns?.indexOf(column) ?? -1
      expect(rows?.find(({ name }) => name === row)?.medians[at]).toBeTypeOf('number')
    }
  })

  test('nothing in it names a machine', () => {
    for (const path of [RESULTS, REPORT, PLOT]) {
      expect(readFileSync(path, 'utf8')).not.toMatch(/\/(?:home|root|tmp|work|Users|builds)\b/)
    }
  })
})

describe('a bar', () => {
  const bar: Bar = {
    name: 'ours against theirs',
    measure: 'speed',
    table: 'times',
    subject: ['ours', 'c'],
    against: ['theirs', 'c'],
    atLeast: 1,
    reason: '',
    possible: [['least', 'c']],
  }
  const frame = { name: 'times', title: '', unit: 'µs', corner: '' } as const
  // The machine slowed down in the second round; ours is always twice as fast.
  const cells = [
    { row: 'ours', column: 'c', rounds: [1, 40, 2] },
    { row: 'theirs', column: 'c', rounds: [2, 80, 4] },
    { row: 'least', column: 'c', rounds: [0.5, 20, 1] },
  ]
  const measured = [layOut(frame, cells)]

  test.each([
    ['speed', 2],
    ['cost', 0.5],
    ['added', -2],
    ['value', 2],
  ] as const)('compares round with round: %s', (measure, value) => {
    expect(judge({ ...bar, measure }, measured).value).toBe(value)
  })

  test('turns round where more is better', () => {
    expect(judge(bar, [layOut({ ...frame, unit: 'requests/s' }, cells)]).value).toBe(0.5)
  })

  test('says what would be possible', () => {
    expect(judge(bar, measured).possible).toEqual({ least: 4 })
  })

  test('is not judged by what was not measured', () => {
    expect(judge({ ...bar, table: 'others' }, measured).value).toBeNull()
    expect(judge({ ...bar, against: ['nobody', 'c'] }, measured).value).toBeNull()
  })

  test('is met at its bound and missed beyond', () => {
    expect(isMet({ ...bar, atLeast: 1 }, 1)).toBe(true)
    expect(isMet({ ...bar, atLeast: 1 }, 0.999)).toBe(false)
    expect(
      isMet(
        { name: '', measure: 'cost', table: '', subject: ['', ''], reason: '', atMost: 1 },
        1.001,
      ),
    ).toBe(false)
  })
})

test('a partial run replaces its own tables and bars, and keeps the others', () => {
  const [first, second] = results.tables
  const [bar, other] = results.bars
  if (!first || !second || !bar || !other) throw new Error('there are no results')
  const now = {
    machine: results.machine,
    tables: [{ ...second, title: 'measured again' }],
    bars: [
      { ...other, value: 7 },
      { ...bar, value: null },
    ],
  }
  const merged = merge(results, now)
  expect(merged.tables[0]).toEqual(first)
  expect(merged.tables[1]?.title).toBe('measured again')
  expect(merged.bars[0]).toEqual(bar)
  expect(merged.bars[1]?.value).toBe(7)
})

describe('a contender', () => {
  const good = 'head.body.Signature'
  const judging = (judge: (token: string) => unknown) =>
    contend({
      verifier: { name: 'peer', load: (tokens) => (index) => judge(tokens[index] ?? '') },
      column: 'c',
      tokens: [good],
    })

  test.each([
    ['takes everything', () => true],
    ['takes nothing', () => false],
    ['decides nothing', () => ({ outcome: 'unavailable' })],
    [
      'throws at everything',
      () => {
        throw new Error('refused')
      },
    ],
  ])('that %s is not measured', async (_, judge) => {
    await expect(judging(judge)).rejects.toThrow('peer does not judge')
  })

  test('that tells a good token from a forged one is', async () => {
    const { row, prepare } = await judging((token) => token === good)
    expect(row).toBe('peer')
    await prepare(3)()
  })
})

describe('a duel', () => {
  test('has everyone take a turn in each round, in an order that changes and can be repeated', async () => {
    const pace = { ...PACES.quick, rounds: 30, warmUpMs: 0 }
    const names = ['a', 'b', 'c']
    const run = async () => {
      const turns: string[] = []
      const contender = (row: string) => ({
        row,
        column: 'c',
        prepare: () => () => void turns.push(row),
      })
      const cells = await duel(names.map(contender), pace)
      expect(cells.map(({ row, rounds }) => [row, rounds.length])).toEqual(
        names.map((name) => [name, 30]),
      )
      // Once each to warm up.
      return Array.from({ length: 30 }, (_, turn) => turns.slice(3 * turn + 3, 3 * turn + 6))
    }
    const orders = await run()
    for (const order of orders) expect(order.toSorted()).toEqual(names)
    expect(new Set(orders.map((order) => order.join(''))).size).toBe(6)
    expect(await run()).toEqual(orders)
  })

  test('ends early where the machine is slow, but not before there is a median', async () => {
    const contender = { row: 'a', column: 'c', prepare: () => () => undefined }
    const pace = { ...PACES.quick, rounds: 100, warmUpMs: 0, limitMs: 0 }
    const [cell] = await duel([contender], pace)
    expect(cell?.rounds.length).toBe(5)
  })

  test.each([
    ['in sequence', inSequence, 1],
    ['one at a time', oneAtATime, 1],
    ['four at once', atOnce(4), 4],
  ] as const)('%s: does each operation once', async (_, schedule, most) => {
    const done: number[] = []
    let [running, highest] = [0, 0]
    const operation = async (index: number) => {
      running += 1
      highest = Math.max(highest, running)
      if (schedule !== inSequence) await Promise.resolve()
      running -= 1
      done.push(index)
    }
    await schedule(operation, 10)()
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(highest).toBe(most)
  })
})
