/** Every kind of refusal beside the acceptance that it replaces. RS256. */
import { contend } from '../contend.ts'
import type { Contender } from '../duel.ts'
import { duel } from '../duel.ts'
import { ACCEPTED, AWS, FAST, HONO, JOSE, OURS, REFUSALS } from '../names.ts'
import { createOurs } from '../ours.ts'
import { aws, fast, hono, joseKeySet } from '../peers.ts'
import type { Peer } from '../peers.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'
import { createIssuer, signUser, signUsers } from '../tokens.ts'
import type { BenchIssuer } from '../tokens.ts'
import type { Members } from '../../test/support/signer.ts'

const PEERS: Readonly<Record<string, Peer>> = {
  [JOSE]: joseKeySet,
  [AWS]: aws,
  [FAST]: fast,
  [HONO]: hono,
}

/** What only an authorizer refuses has no peer. */
interface Kind {
  readonly tokens: (issuer: BenchIssuer, users: readonly string[]) => readonly string[]
  readonly isAccepted?: boolean
  readonly isOursOnly?: boolean
  /** Peers with one key, which do not look at `kid`. */
  readonly blind?: readonly string[]
  readonly path?: string
}

const FEW = 200
const MEGABYTE = 1_000_000
const HOUR_SECONDS = 3_600
const now = () => Math.floor(Date.now() / 1000)
const signFew = (issuer: BenchIssuer, claims: Members, header: Members = {}) =>
  Array.from({ length: FEW }, (_, nth) => signUser(issuer, nth, claims, header))
const once = (token: string) => () => [token]
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const KINDS: Readonly<Record<(typeof REFUSALS)[number] | typeof ACCEPTED, Kind>> = {
  [ACCEPTED]: { isAccepted: true, tokens: (_, users) => users },
  expired: {
    tokens: (issuer) =>
      signFew(issuer, { iat: now() - 2 * HOUR_SECONDS, exp: now() - HOUR_SECONDS }),
  },
  'bad signature': {
    tokens: (_, users) => users.slice(0, FEW).map((token) => `${token.slice(0, -6)}AAAAAA`),
  },
  'wrong audience': {
    tokens: (issuer) => signFew(issuer, { aud: 'https://other.example.com' }),
  },
  'wrong issuer': {
    tokens: (issuer) => signFew(issuer, { iss: 'https://other.example.com/' }),
  },
  'unknown kid': {
    tokens: (issuer) => signFew(issuer, {}, { kid: 'retired' }),
    blind: [FAST],
  },
  'alg none': {
    tokens: (_, users) =>
      users
        .slice(0, FEW)
        .map((token) => `${encode({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`),
  },
  garbage: { tokens: once(`${'Zm9v'.repeat(64)}.${'YmFy'.repeat(128)}.${'eA'.repeat(64)}`) },
  opaque: { tokens: once('kFbV7tZ1hR3xQ9mW2yN8sL5dP0cJ6gTa') },
  '1 MB, no dots': { tokens: once(`eyJhbGciOiJSUzI1NiJ9${'e'.repeat(MEGABYTE)}`) },
  '1 MB of dots': { tokens: once('.'.repeat(MEGABYTE)) },
  '1 MB payload': {
    tokens: (issuer) => {
      const padding = 'x'.repeat((MEGABYTE * 3) / 4)
      return [issuer.signer.sign({ padding }, {}, { signature: 'A'.repeat(342) })]
    },
  },
  'no token': { tokens: once(''), isOursOnly: true },
  'missing scope': { tokens: (_, users) => users, path: '/admin/reports', isOursOnly: true },
  'no route': { tokens: (_, users) => users, path: '/nowhere', isOursOnly: true },
}

export const refuse: Section = {
  name: 'refuse',
  async run({ pace, tell }) {
    tell('signing')
    const issuer = await createIssuer('RS256')
    const users = signUsers(issuer, pace.tokens)
    const contenders: Contender[] = []
    for (const row of [ACCEPTED, ...REFUSALS] as const) {
      contenders.push(...(await contendersOf(row, issuer, users)))
    }
    tell(`${contenders.length} contenders`)
    const frame = {
      name: 'refuse',
      title: 'Refusing (RS256, one at a time)',
      unit: 'µs',
      corner: 'token',
      note: '`missing scope` and `accepted` are tokens never seen before. fast-jwt has one key and does not look at `kid`.',
    } as const
    return [layOut(frame, await duel(contenders, pace))]
  },
}

async function contendersOf(
  row: keyof typeof KINDS,
  issuer: BenchIssuer,
  users: readonly string[],
): Promise<readonly Contender[]> {
  const kind = KINDS[row]
  const { isAccepted, isOursOnly, blind = [], path } = kind
  const tokens = kind.tokens(issuer, users)
  // An instance for each kind: what one has verified the other has not seen.
  const contenders = [
    await contend({
      verifier: await createOurs(issuer, path),
      row,
      column: OURS,
      tokens,
      isRefused: !isAccepted,
    }),
  ]
  for (const [column, peer] of isOursOnly ? [] : Object.entries(PEERS)) {
    const verifier = blind.includes(column) ? null : peer(issuer)
    if (!verifier) continue
    contenders.push(await contend({ verifier, row, column, tokens, isRefused: !isAccepted }))
  }
  return contenders
}
