/** Questions to the process behind the page. */
import type {
  ActQuestion,
  ExplainAnswer,
  ExplainQuestion,
  Matrix,
  MatrixQuestion,
  Problem,
  SendQuestion,
  SentAnswer,
  Timeline,
  TimelineQuestion,
  TokenAnswer,
  TokenQuestion,
  World,
  WorldEvent,
  WorldState,
} from '../api.ts'

interface Questions {
  readonly world: readonly [Readonly<Record<string, never>>, World]
  readonly token: readonly [TokenQuestion, TokenAnswer]
  readonly explain: readonly [ExplainQuestion, ExplainAnswer]
  readonly send: readonly [SendQuestion, readonly SentAnswer[]]
  readonly matrix: readonly [MatrixQuestion, Matrix]
  readonly timeline: readonly [TimelineQuestion, Timeline]
  readonly act: readonly [ActQuestion, WorldState]
}

/** Throws what the process says, or that it is gone. */
export async function ask<Name extends keyof Questions>(
  name: Name,
  question: Questions[Name][0],
  signal?: AbortSignal,
): Promise<Questions[Name][1]> {
  const response = await fetch(`/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
    ...(signal && { signal }),
  })
  const answer: Questions[Name][1] | Problem = await response.json()
  if (typeof answer === 'object' && 'problem' in answer) throw new Error(answer.problem)
  return answer
}

/** Of what `ask` threw, for a sentence. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'it failed'

/** Told of everything that happens, until the page is closed. */
export function follow(
  take: (event: WorldEvent) => void,
  whenGone: (isGone: boolean) => void,
): void {
  const source = new EventSource('/api/events')
  source.addEventListener('message', ({ data }) => take(JSON.parse(String(data))))
  source.addEventListener('open', () => whenGone(false))
  source.addEventListener('error', () => whenGone(true))
}
