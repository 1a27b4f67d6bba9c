/** A token that was seen a moment ago, as nearly every token of a session is. */
import { contend } from '../contend.ts'
import { duel } from '../duel.ts'
import { ALGORITHMS, JOSE } from '../names.ts'
import { createOurs } from '../ours.ts'
import { aws, fast, fastCached, hono, jose } from '../peers.ts'
import type { Peer } from '../peers.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'
import type { Cell } from '../table.ts'
import { createIssuer, signUsers } from '../tokens.ts'

const PEERS: readonly Peer[] = [fastCached, jose, fast, aws, hono]

/** Users whose requests come in turn. */
const SESSIONS = 50

export const repeat: Section = {
  name: 'repeat',
  async run({ pace, tell }) {
    const cells: Cell[] = []
    for (const algorithm of ALGORITHMS) {
      tell(algorithm)
      const issuer = await createIssuer(algorithm)
      const tokens = signUsers(issuer, SESSIONS)
      const verifiers = [await createOurs(issuer), ...PEERS.flatMap((peer) => peer(issuer) ?? [])]
      const contenders = []
      for (const verifier of verifiers) {
        contenders.push(await contend({ verifier, column: algorithm, tokens }))
      }
      cells.push(...(await duel(contenders, pace)))
    }
    const frame = {
      name: 'repeat',
      title: 'Accepting a token again',
      unit: 'µs',
      corner: 'verifier',
      baseline: JOSE,
      note: `${SESSIONS} tokens in turn, one at a time; each arrives as a new string, as from a socket.`,
    } as const
    return [layOut(frame, cells)]
  },
}
