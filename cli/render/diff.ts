import { printable } from '../printable.ts'
import type { RouteChange } from '../routes/diff.ts'
import type { Terminal } from '../terminal.ts'
import { wrap } from './wrap.ts'

export function renderDiff(changes: readonly RouteChange[], terminal: Terminal): readonly string[] {
  const { paint, columns } = terminal
  if (changes.length === 0) return [`  ${paint.green('✓')} the same access for everybody`]
  const hang = (text: string) =>
    wrap(text, columns - 14).map((line, index) => (index === 0 ? line : `           ${line}`))
  return changes.flatMap(({ route, change, before, after, gains, loses }) => [
    `${paint.bold(printable(route))}  ${paint.dim(change)}`,
    `  ${paint.dim(printable(`${before} → ${after}`))}`,
    ...(gains === null ? [] : [`  ${paint.yellow('+ gains:')} ${hang(gains).join('\n')}`]),
    ...(loses === null ? [] : [`  ${paint.red('− loses:')} ${hang(loses).join('\n')}`]),
  ])
}
