/** The walk through the checks, one line each; the one that failed with what was wanted. */
import type { Explanation, Step } from '../explain/explanation.ts'
import { layTable, widthOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import type { RenderOptions } from './explanation.ts'
import { wrap } from './wrap.ts'

const SIGNS: Readonly<Record<Step['verdict'], string>> = {
  pass: '✓',
  fail: '✗',
  'not reached': '·',
  skipped: '–',
}

export function renderSteps(
  { steps }: Explanation,
  terminal: Terminal,
  { isVerbose }: RenderOptions,
): readonly string[] {
  const lines = layTable(steps.map(describeStep))
  const short = layTable(steps.map((step) => describeStep(step).slice(0, 2)))
  return steps.flatMap((step, index) => {
    const whole = lines[index] ?? ''
    const fits = widthOf(whole) <= terminal.columns
    const line = colourOf(step, terminal)(fits ? whole : (short[index] ?? ''))
    const isFailed = step.verdict === 'fail'
    const wanted = isVerbose || isFailed ? renderExpectations(step, terminal) : []
    return isFailed
      ? [line, `      ${terminal.paint.red(`${step.code}`)}`, ...wanted]
      : [line, ...wanted]
  })
}

const describeStep = ({ verdict, title, source, note }: Step): readonly string[] => {
  const reason = verdict === 'skipped' ? note : verdict === 'not reached' ? 'not reached' : source
  return [SIGNS[verdict], title, reason]
}

const colourOf = ({ verdict }: Step, { paint }: Terminal) =>
  ({
    pass: (line: string) => line.replace('✓', () => paint.green('✓')),
    fail: (line: string) => paint.bold(paint.red(line)),
    'not reached': paint.dim,
    skipped: paint.dim,
  })[verdict]

const renderExpectations = ({ expects }: Step, { paint, columns }: Terminal): readonly string[] =>
  expects.flatMap(({ name, expected }) =>
    wrap(`wants ${name}: ${expected}`, columns - 6).map((line) => `      ${paint.cyan(line)}`),
  )
