/** Does an issuer publish keys that verify its tokens? Asked as the authorizer asks. */
import type { Config, Issuer } from '../../shared/config/types.ts'
import { memberOf, parseJson } from '../../shared/json.ts'
import type { JsonObject } from '../../shared/json.ts'
import { fetchKeys } from '../../shared/keys/issuer.ts'
import { createKeySet, selectKeys } from '../../shared/keys/select.ts'
import { CLOCK_TOLERANCE_SECONDS } from '../../shared/limits.ts'
import type { Http } from '../../shared/ports.ts'
import { finding } from './finding.ts'
import type { CheckFinding } from './finding.ts'

export interface IssuerReport {
  readonly issuer: string
  readonly state: 'reached' | 'failed' | 'secret' | 'not asked'
  /** Where the keys are. */
  readonly jwksUri: string | null
  readonly configured: readonly string[]
  readonly keys: readonly KeyReport[]
  /** The issuer's clock less ours; to the second, since that is what it tells. */
  readonly clockDifferenceSeconds: number | null
  readonly findings: readonly CheckFinding[]
}

export interface KeyReport {
  readonly kid: string | null
  /** Its own, or its type where it names none. */
  readonly alg: string
  readonly isUsable: boolean
}

interface Asked {
  readonly entry: Issuer
  readonly index: number
  readonly config: Config
}

export async function checkIssuer(
  asked: Asked,
  http: Http | null,
  clock: () => number,
): Promise<IssuerReport> {
  const { entry } = asked
  const { issuer, algorithms: configured = ['RS256'] } = entry
  const nothing = { issuer, jwksUri: entry.jwksUri ?? null, configured, keys: [], findings: [] }
  if (entry.secret) return { ...nothing, state: 'secret', clockDifferenceSeconds: null }
  if (!http) return { ...nothing, state: 'not asked', clockDifferenceSeconds: null }
  const heard = listen(http, clock)
  const options = { issuer, jwksUri: entry.jwksUri, http: heard.http }
  const fetched = await fetchKeys(options, clock() / 1000)
  const clockDifferenceSeconds = heard.clockDifference()
  const late = clockFindings(asked, clockDifferenceSeconds)
  if (typeof fetched === 'string') {
    const findings = [failure(asked, fetched, heard), ...late]
    return { ...nothing, state: 'failed', clockDifferenceSeconds, findings }
  }
  const { keys, jwksUri } = fetched.record
  return {
    ...nothing,
    state: 'reached',
    jwksUri,
    keys: describeKeys(keys),
    clockDifferenceSeconds,
    findings: [...keyFindings(asked, keys, configured), ...late],
  }
}

/** Notes who was asked last, and what else an answer tells: the time, and what its metadata names. */
function listen(http: Http, clock: () => number) {
  let asked: string | null = null
  let difference: number | null = null
  const named = new Map<string, string>()
  const listening: Http = async (request) => {
    asked = request.url
    const answer = await http(request)
    if (typeof answer === 'string') return answer
    const date = Date.parse(answer.header('date') ?? '')
    if (!Number.isNaN(date)) difference = Math.round((date - clock()) / 1000)
    const metadata = parseJson(answer.text)
    for (const name of ['issuer', 'jwks_uri']) {
      const value = memberOf(metadata, name)
      if (typeof value === 'string') named.set(name, value)
    }
    return answer
  }
  return {
    http: listening,
    asked: () => asked,
    clockDifference: () => difference,
    named: (name: string) => named.get(name) ?? null,
  }
}

function describeKeys(keys: readonly JsonObject[]): readonly KeyReport[] {
  const { sound } = createKeySet(keys)
  return keys.map((key) => ({
    kid: typeof key['kid'] === 'string' ? key['kid'] : null,
    alg: String(key['alg'] ?? key['crv'] ?? key['kty']),
    isUsable: sound.includes(key),
  }))
}

/** Silence, a server's trouble, or a limit: says nothing about what is configured. */
const UNREACHABLE = /: (?:timeout|network|status (?:5\d\d|429))$/

const MENDS: readonly (readonly [RegExp, string])[] = [
  [/another issuer .*\{/, "Write your tenant's own issuer: this document is for all tenants."],
  [/another issuer/, 'Copy `issuer` from the document to the letter, final slash included.'],
  [/not on the host/, 'Configure `jwksUri`: keys on another host have to be named.'],
  [/status 404/, 'Check `issuer`; an issuer without discovery needs `jwksUri`.'],
  [/no keys/, 'The issuer has to publish 1 to 32 keys.'],
  [/too_large/, 'The document is over 64 KB: is it the right address?'],
]

type Heard = Pick<ReturnType<typeof listen>, 'asked' | 'named'>

/** Of the metadata; none for another fault. */
const memberAtFault = (fault: string): string =>
  fault.includes('another issuer') ? 'issuer' : fault.includes('not on the host') ? 'jwks_uri' : ''

function failure({ index }: Asked, fault: string, heard: Heard): CheckFinding {
  const isUnreachable = UNREACHABLE.test(fault)
  const [asked, named] = [heard.asked(), heard.named(memberAtFault(fault))]
  const said = named === null ? asked : `it names ${named}`
  const message = said === null ? fault : `${fault} (${said})`
  const [, mend] = MENDS.find(([pattern]) => pattern.test(message)) ?? []
  return finding(
    isUnreachable ? 'unreachable' : 'error',
    ['issuer-keys', `issuers[${index}].issuer`],
    message,
    mend ?? (isUnreachable ? 'Try again; check the address and the network.' : 'Check `issuer`.'),
  )
}

function* keyFindings(
  { index }: Asked,
  keys: readonly JsonObject[],
  configured: readonly string[],
): Generator<CheckFinding> {
  const set = createKeySet(keys)
  const offered = [...new Set(keys.map(({ alg }) => alg).filter((alg) => typeof alg === 'string'))]
  const isServed = (alg: string) => selectKeys(set, { alg, kid: undefined }) !== 'key_unusable'
  const unserved = configured.filter((alg) => !isServed(alg))
  if (unserved.length > 0) {
    yield finding(
      unserved.length === configured.length ? 'error' : 'warning',
      ['issuer-algorithms', `issuers[${index}].algorithms`],
      `no published key verifies ${unserved.join(', ')}`,
      offered.length > 0 ? `The keys are for ${offered.join(', ')}.` : 'Check what it signs with.',
    )
  }
  const unsound = keys.length - set.sound.length
  if (unsound > 0) {
    yield finding(
      'warning',
      ['issuer-keys', `issuers[${index}].issuer`],
      `${unsound} of ${keys.length} published keys can verify nothing (weak, private, or not for signatures)`,
      'Tokens that name one are refused as key_unusable.',
    )
  }
}

function clockFindings(
  { config, index }: Asked,
  difference: number | null,
): readonly CheckFinding[] {
  const tolerance = config.clockToleranceSeconds ?? CLOCK_TOLERANCE_SECONDS
  if (difference === null || Math.abs(difference) <= Math.max(tolerance, 1)) return []
  const direction = difference > 0 ? 'ahead of' : 'behind'
  return [
    finding(
      'warning',
      ['issuer-clock', `issuers[${index}].issuer`],
      `its clock is ${Math.abs(difference)} s ${direction} this machine's`,
      'Set the clocks, or raise clockToleranceSeconds (300 at most).',
    ),
  ]
}
