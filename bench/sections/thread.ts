/**
 * Why many tokens at once cost more than their parts: WebCrypto checks RSA signatures on a thread of
 * Node's pool. As long as the main thread needs less time for a token than that thread, it never
 * sleeps; past that it has to be woken for each token, which costs more than the check.
 */
import { contend } from '../contend.ts'
import { duel } from '../duel.ts'
import { THREAD, atOnce } from '../names.ts'
import { bare } from '../peers.ts'
import type { Verifier } from '../peers.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'
import { createIssuer, signUsers } from '../tokens.ts'

const CALLERS = 64
const TOKENS = 2_000

export const thread: Section = {
  name: 'thread',
  async run({ pace, tell }) {
    tell(THREAD.extras.map((extra) => `${extra} µs`).join(', '))
    const issuer = await createIssuer('RS256')
    const tokens = signUsers(issuer, TOKENS)
    const verifier = bare(issuer)
    if (!verifier) throw new Error('WebCrypto verifies RS256')
    const column = atOnce('RS256', CALLERS)
    const contenders = []
    for (const extra of THREAD.extras) {
      const slowed = slow(verifier, extra)
      contenders.push(await contend({ verifier: slowed, column, tokens, callers: CALLERS }))
    }
    const frame = {
      name: 'thread',
      title: 'A few microseconds more on the main thread',
      unit: 'µs',
      corner: 'verifier',
      baseline: THREAD.row(0),
      note: 'The bare signature, with so much idle work for each token: what anything beside it is like.',
    } as const
    return [layOut(frame, await duel(contenders, pace))]
  },
}

const slow = (verifier: Verifier, extra: number): Verifier => ({
  ...verifier,
  name: THREAD.row(extra),
  load(fields) {
    const verify = verifier.load(fields)
    return (index) => {
      spin(extra)
      return verify(index)
    }
  },
})

function spin(microseconds: number): void {
  const end = performance.now() + microseconds / 1000
  while (performance.now() < end);
}
