/**
 * Where the main thread's time goes with a token never seen before: `crypto.subtle.verify`, which
 * runs on a thread of its own, answers at once here. What is left is ours, and jose's.
 */
import { webcrypto } from 'node:crypto'
import { createEngine } from '../../shared/authorize.ts'
import { decodeBytes } from '../../shared/bytes.ts'
import { createTokenCache } from '../../shared/cache.ts'
import { decodeObject } from '../../shared/decode.ts'
import { VERIFIED_CACHE } from '../../shared/limits.ts'
import { classifyToken } from '../../shared/token/classify.ts'
import { extractToken } from '../../shared/token/extract.ts'
import { readAccessToken } from '../../shared/token/kind.ts'
import { verifySignature } from '../../shared/token/signature.ts'
import { duel, inSequence, oneAtATime } from '../duel.ts'
import type { Contender } from '../duel.ts'
import type { Operation } from '../duel.ts'
import { JOSE, OURS, PARTS } from '../names.ts'
import { configOf, createOurs, requestOf } from '../ours.ts'
import { jose } from '../peers.ts'
import type { Verifier } from '../peers.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'
import { createIssuer, createRing, signUsers } from '../tokens.ts'
import type { BenchIssuer } from '../tokens.ts'

const BEARER = 'Bearer '

export const parts: Section = {
  name: 'parts',
  async run({ pace, tell }) {
    tell('signing')
    const issuer = await createIssuer('RS256')
    const tokens = signUsers(issuer, pace.tokens)
    const take = (prefix: string) => createRing(tokens.map((token) => prefix + token)).take
    const peer = jose(issuer)
    if (!peer) throw new Error('jose verifies RS256')
    const contenders = [
      whole(OURS, await createOurs(issuer), take(BEARER)),
      whole(JOSE, peer, take('')),
      whole(PARTS.signature, signatures(issuer), take('')),
      ...steps(issuer, tokens),
    ]
    tell(`${contenders.length} parts`)
    const frame = {
      name: 'parts',
      title: 'A token on the main thread',
      unit: 'µs',
      corner: 'part',
      note: `A token never seen before, with \`crypto.subtle.verify\` answering at once. The rows below jose are what the first one does besides routing and rules; alone in a loop each finds the caches of the processor warm.`,
    } as const
    return [layOut(frame, await duel(contenders, pace))]
  },
}

/** The whole of it, but for the platform's own work. */
const whole = (
  row: string,
  verifier: Verifier,
  take: (count: number) => readonly string[],
): Contender => ({
  row,
  column: PARTS.column,
  prepare(count) {
    const run = oneAtATime(verifier.load(take(count)), count)
    return async () => {
      const { verify } = webcrypto.subtle
      webcrypto.subtle.verify = () => Promise.resolve(true)
      try {
        await run()
      } finally {
        webcrypto.subtle.verify = verify
      }
    }
  },
})

const signatures = ({ algorithm, key }: BenchIssuer): Verifier => ({
  name: PARTS.signature,
  load: (tokens) => (index) => {
    const token = tokens[index] ?? ''
    const dot = token.lastIndexOf('.')
    const signature = decodeBytes(token.slice(dot + 1))
    if (!signature) throw new Error('a signature is base64url')
    return verifySignature({ input: token.slice(0, dot), signature }, algorithm, [key.publicJwk])
  },
})

function steps(issuer: BenchIssuer, tokens: readonly string[]): readonly Contender[] {
  const config = configOf(issuer)
  const { trust } = createEngine(config, { http: async () => 'network' })
  const trusted = trust.issuers.get(issuer.issuer)
  if (!trusted) throw new Error('an issuer that is configured is trusted')
  const cache = createTokenCache<object>(VERIFIED_CACHE)
  const step = <T>(row: string, read: (token: string) => T, work: (input: T) => unknown) => {
    const ring = createRing(tokens)
    return {
      row,
      column: PARTS.column,
      prepare(count: number) {
        const inputs = ring.take(count).map(read)
        const operation: Operation = (index) => work(inputs[index] as T)
        return inSequence(operation, count)
      },
    }
  }
  const payloadOf = (token: string) => token.split('.')[1] ?? ''
  return [
    step(
      PARTS.extract,
      (token) => requestOf('/patients/4711', BEARER + token),
      (request) => extractToken(request, config, 10_000),
    ),
    step(PARTS.look, String, (token) => cache.get(token)),
    step(PARTS.classify, String, classifyToken),
    step(PARTS.decode, payloadOf, decodeObject),
    step(
      PARTS.claims,
      (token) => decodeObject(payloadOf(token)) ?? {},
      (claims) => readAccessToken(claims, 'auth0', trusted),
    ),
    step(PARTS.remember, String, (token) => cache.set(token, {})),
  ]
}
