/** Tokens never seen before: the signature has to be checked, and that is most of the cost. */
import { contend } from '../contend.ts'
import { duel } from '../duel.ts'
import { ALGORITHMS, atOnce, BARE, JOSE, OURS } from '../names.ts'
import { createOurs } from '../ours.ts'
import { aws, awsAsync, bare, bareDecoding, express, fast, hono, jose } from '../peers.ts'
import type { Peer } from '../peers.ts'
import type { Section, Setting } from '../section.ts'
import { layOut } from '../table.ts'
import type { Cell } from '../table.ts'
import { createIssuer, signUsers } from '../tokens.ts'
import type { BenchIssuer } from '../tokens.ts'

const PEERS: readonly Peer[] = [bare, bareDecoding, jose, aws, awsAsync, fast, express, hono]
const CALLERS = [1, 64]

export const accept: Section = {
  name: 'accept',
  async run(setting) {
    const cells: Cell[] = []
    for (const algorithm of ALGORITHMS) {
      setting.tell(`${algorithm}: signing ${setting.pace.tokens} tokens`)
      const issuer = await createIssuer(algorithm)
      const tokens = signUsers(issuer, setting.pace.tokens)
      for (const callers of CALLERS) cells.push(...(await race(issuer, tokens, callers, setting)))
    }
    const frame = {
      name: 'accept',
      title: 'Accepting distinct tokens',
      unit: 'µs',
      corner: 'verifier',
      baseline: JOSE,
      note: '×64: 64 callers at once. A synchronous verifier knows no difference, and uses one CPU.',
    } as const
    return [layOut(frame, cells)]
  },
}

async function race(
  issuer: BenchIssuer,
  tokens: readonly string[],
  callers: number,
  { pace, tell }: Setting,
): Promise<readonly Cell[]> {
  const column = atOnce(issuer.algorithm, callers)
  tell(column)
  const verifiers = [await createOurs(issuer), ...PEERS.flatMap((peer) => peer(issuer) ?? [])]
  const contenders = []
  for (const verifier of verifiers) {
    contenders.push(await contend({ verifier, column, tokens, callers }))
  }
  const cells = await duel(contenders, pace)
  assertVerified(cells)
  return cells
}

/** A token that is verified cannot cost less than its signature: else the ring fits into a cache. */
function assertVerified(cells: readonly Cell[]): void {
  const least = (row: string) => Math.min(...(cells.find((cell) => cell.row === row)?.rounds ?? []))
  if (least(OURS) < least(BARE) / 4) throw new Error('distinct tokens come from a cache')
}
