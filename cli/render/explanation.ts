/** An explanation for people: the answer first, then why, then what each door makes of it. */
import type { Explanation } from '../explain/explanation.ts'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'
import { renderCache } from './cache.ts'
import { renderDoors } from './doors.ts'
import { renderSteps } from './steps.ts'
import { renderToken } from './token.ts'
import { wrap } from './wrap.ts'

export interface RenderOptions {
  /** Expectations of every step, and each resource of the policy. */
  readonly isVerbose: boolean
}

export function renderExplanation(
  explanation: Explanation,
  terminal: Terminal,
  options: RenderOptions,
): readonly string[] {
  const { paint } = terminal
  const heading = (text: string) => ['', paint.bold(text)]
  return [
    ...renderVerdict(explanation, terminal),
    ...heading('Token'),
    ...renderToken(explanation.token, terminal),
    ...heading('Checks'),
    ...renderSteps(explanation, terminal, options),
    ...heading('Front doors'),
    ...renderDoors(explanation.doors, terminal, options),
    ...heading("API Gateway's cache: the next requests with this token"),
    ...renderCache(explanation.cache, terminal),
    '',
  ]
}

function renderVerdict(
  { verdict, request, mend }: Explanation,
  { paint, columns }: Terminal,
): readonly string[] {
  const { outcome, status, code } = verdict
  const [sign, colour] = {
    allow: ['✓', paint.green] as const,
    deny: ['✗', paint.red] as const,
    unavailable: ['!', paint.yellow] as const,
  }[outcome]
  const target = `${printable(request.method)} ${printable(request.path)}`
  const route = request.route === null ? 'no rule of its own' : `rule ${printable(request.route)}`
  const words = outcome === 'allow' ? 'allowed' : `${status} ${code}`
  return [
    '',
    `${paint.bold(colour(`${sign} ${words}`))}   ${target}   ${paint.dim(route)}`,
    ...wrap(mend, columns - 2).map((line) => `  ${line}`),
  ]
}
