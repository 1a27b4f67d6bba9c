import type { SceneInstance, Time } from './scene.ts'

export interface Traffic {
  readonly seconds: number
  /** Between two requests to one instance. */
  readonly every: number
  /** Which key the next token names. */
  readonly kid?: (elapsed: number) => string
}

export interface Outcome {
  /** Verdict → how often. */
  readonly verdicts: Readonly<Record<string, number>>
  /** Seconds. */
  readonly longestWait: number
  /** Verdict → when it was last given, in seconds since the start. */
  readonly last: Readonly<Record<string, number>>
}

/** Each instance is asked in turn, whether or not the one before has answered. */
export async function drive(
  time: Time,
  instances: readonly SceneInstance[],
  { seconds, every, kid = () => 'first' }: Traffic,
): Promise<Outcome> {
  const startedAt = time.now()
  const verdicts: Record<string, number> = {}
  const last: Record<string, number> = {}
  let longestWait = 0
  const ask = async (instance: SceneInstance) => {
    const askedAt = time.now()
    const verdict = await instance.ask(kid(askedAt - startedAt))
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
    last[verdict] = askedAt - startedAt
    longestWait = Math.max(longestWait, time.now() - askedAt)
  }
  const pause = every / instances.length
  const count = Math.round(seconds / pause)
  for (let turn = 0; turn < count; turn += 1) {
    const instance = instances[turn % instances.length]
    if (instance) void ask(instance)
    await time.advance(pause)
  }
  return { verdicts, longestWait, last }
}
