/** What the bench says stays what it measured: its page and plot are written from its results alone. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { BARS } from '../bench/bars.ts'
import type { Bar } from '../bench/bars.ts'
import { isMet, judge } from '../bench/judge.ts'
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
