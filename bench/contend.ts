/** Verifiers as contenders: they take tokens from a ring, one at a time or several at once. */
import type { Contender, Schedule } from './duel.ts'
import { atOnce, inSequence, oneAtATime } from './duel.ts'
import type { Verifier } from './peers.ts'
import { createRing } from './tokens.ts'

export interface Entry {
  readonly verifier: Verifier
  /** Of its own, where it is not the verifier's name. */
  readonly row?: string
  readonly column: string
  readonly tokens: readonly string[]
  /** How many at once. 1 */
  readonly callers?: number
  /** They must be refused. */
  readonly isRefused?: boolean
}

/** Throws where the verifier does not do what is about to be measured. */
export async function contend(entry: Entry): Promise<Contender> {
  const { verifier, row = verifier.name, column, callers = 1, isRefused = false } = entry
  const { prefix = '' } = verifier
  const ring = createRing(entry.tokens.map((token) => prefix + token))
  const [sample = ''] = ring.take(1)
  const isAsked = (await accepts(verifier, sample)) !== isRefused
  const isFooled = !isRefused && (await accepts(verifier, forge(sample)))
  if (!isAsked || isFooled) throw new Error(`${verifier.name} does not judge: ${row}, ${column}`)
  const schedule = scheduleOf(verifier, callers, isRefused)
  return {
    row,
    column,
    prepare: (count) => schedule(verifier.load(ring.take(count)), count),
  }
}

const accepts = async (verifier: Verifier, token: string): Promise<boolean> => {
  try {
    const answer: unknown = await verifier.load([token])(0)
    return answer !== false && outcomeOf(answer) === 'allow'
  } catch {
    return false
  }
}

/** A decision says so itself; whatever else does not throw allows. */
const outcomeOf = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'outcome' in answer ? answer.outcome : 'allow'

/** Another first digit in the signature. */
function forge(token: string): string {
  const at = token.lastIndexOf('.') + 1
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

function scheduleOf({ isSync }: Verifier, callers: number, isRefused: boolean): Schedule {
  const schedule = isSync ? inSequence : callers > 1 ? atOnce(callers) : oneAtATime
  return isRefused ? (operation, count) => schedule(quiet(operation, isSync), count) : schedule
}

/** Most of them refuse by a throw. */
const quiet = (operation: (index: number) => unknown, isSync?: boolean) =>
  isSync
    ? (index: number) => {
        try {
          return operation(index)
        } catch {
          return undefined
        }
      }
    : async (index: number) => {
        try {
          await operation(index)
        } catch {
          // which was the answer
        }
      }
