import type { ScriptedIssuer } from '../../test/support/scripted-issuer.ts'
import type { Tokens } from './tokens.ts'

export interface Phase {
  readonly name: string
  readonly seconds: number
  /** Does the issuer answer as it should, and soon enough for a request to wait for it? */
  readonly isWell: boolean
  /** What undoes it, unless it stays. */
  begin(issuer: ScriptedIssuer, tokens: Tokens): void | (() => unknown) | Promise<() => unknown>
}

/** One minute; then the next one, with other keys. */
export const PHASES: readonly Phase[] = [
  { name: 'all is well', seconds: 4, isWell: true, begin: () => undefined },
  {
    name: 'the issuer takes a second',
    seconds: 6,
    isWell: false,
    begin: (issuer) => issuer.answer('jwks', () => ({ body: issuer.jwks(), delayMs: 1000 })),
  },
  {
    name: 'it answers 503',
    seconds: 8,
    isWell: false,
    begin: (issuer) => both(issuer, { status: 503 }),
  },
  {
    name: 'it hangs',
    seconds: 8,
    isWell: false,
    begin: (issuer) => both(issuer, { fault: 'hang' }),
  },
  {
    name: 'it refuses connections',
    seconds: 8,
    isWell: false,
    begin: async (issuer) => {
      await issuer.stop()
      return issuer.resume
    },
  },
  {
    name: 'its key set is empty',
    seconds: 4,
    isWell: false,
    begin: (issuer) => issuer.answer('jwks', { body: { keys: [] } }),
  },
  { name: 'it recovers', seconds: 4, isWell: true, begin: () => undefined },
  {
    name: 'the next key is published',
    seconds: 4,
    isWell: true,
    begin: (_, tokens) => tokens.publish(),
  },
  { name: 'it is used', seconds: 4, isWell: true, begin: (_, tokens) => tokens.rotate() },
  {
    name: 'the former key is withdrawn',
    seconds: 10,
    isWell: true,
    begin: (_, tokens) => tokens.withdraw(),
  },
]

function both(issuer: ScriptedIssuer, reply: Parameters<ScriptedIssuer['answer']>[1]) {
  const undo = [issuer.answer('discovery', reply), issuer.answer('jwks', reply)]
  return () => undo.forEach((one) => one())
}
