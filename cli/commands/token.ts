/** `token`: a test token for one's own configuration, signed with a key that lives in a file here. */
import type { JWK } from 'jose'
import type { Config, Issuer } from '../../shared/config/types.ts'
import { encodeUtf8 } from '../../shared/bytes.ts'
import { own, parseJson } from '../../shared/json.ts'
import { EXIT } from '../exit.ts'
import type { ExitCode } from '../exit.ts'
import { CliFault } from '../fault.ts'
import { findTestKey, keyFile } from '../issuer/keys.ts'
import { FAULTS, breakSignature, draftToken, isFaultName, signDraft } from '../issuer/mint.ts'
import type { Draft, FaultName, Wanted } from '../issuer/mint.ts'
import { serveIssuer } from '../issuer/serve.ts'
import { loadConfig } from '../load/config.ts'
import { readDuration, readInstant } from '../load/instant.ts'
import { printable } from '../printable.ts'
import type { Context } from './context.ts'

export interface TokenOptions {
  readonly subject: string
  readonly client: string
  readonly scope: readonly string[]
  readonly permission: readonly string[]
  readonly lifetime: string
  readonly machine?: boolean
  readonly issuer?: string
  readonly audience?: string
  readonly profile?: string
  readonly claim: readonly string[]
  readonly missing: readonly string[]
  readonly alg?: string
  readonly keys?: string
  readonly at?: string
  readonly serve?: string | boolean
  /** One member for each name of `FAULTS`. */
  readonly faults: readonly string[]
}

export async function mintToken(options: TokenOptions, context: Context): Promise<ExitCode> {
  const { config, path } = await loadConfig(context.config)
  const entry = chooseIssuer(config, options.issuer)
  const file = keyFile(path, options.keys)
  if (options.serve !== undefined) return serve(options, file, context)
  const now = readInstant(options.at)
  const alg = options.alg ?? entry.algorithms?.[0] ?? 'RS256'
  const key = alg === 'none' ? null : await findKey(alg, entry, file)
  const faults = options.faults.filter(isFaultName)
  const draft = faults.reduce<Draft>(
    (drafted, name) => FAULTS[name][1](drafted, now),
    draftToken(readWanted(options, entry), now),
  )
  const token = finish(await signDraft(draft, key, alg), faults)
  if (context.json) context.terminal.printJson({ token, ...draft, header: headerOf(token), faults })
  else context.terminal.print(token)
  return EXIT.ok
}

/** With what signing added. */
const headerOf = (token: string): unknown =>
  parseJson(Buffer.from(token.split('.', 1).join(), 'base64url').toString())

const finish = (token: string, faults: readonly FaultName[]): string =>
  faults.includes('bad-signature') ? breakSignature(token) : token

/** The configured one, or one of that name with what the first has beside it. */
function chooseIssuer({ issuers }: Config, wanted: string | undefined): Issuer {
  const [first] = issuers
  const entry = issuers.find(({ issuer }) => issuer === wanted) ?? first
  if (!entry) throw new CliFault('There is no issuer.', 'Add one to `issuers`.', EXIT.config)
  return wanted === undefined ? entry : { ...entry, issuer: wanted }
}

function readWanted(options: TokenOptions, entry: Issuer): Wanted {
  const { permission, claim, missing, profile = entry.profile } = options
  const removed = missing.map((name) => [name, undefined] as const)
  return {
    issuer: entry.issuer,
    audience: options.audience ?? [entry.audience].flat()[0] ?? '',
    subject: options.subject,
    clientId: options.client,
    scopes: options.scope.flatMap((text) => text.split(/[ ,]+/)).filter(Boolean),
    permissions: permission.length > 0 ? permission : null,
    isMachine: options.machine === true,
    lifetimeSeconds: readDuration(options.lifetime),
    profile: profile === 'rfc9068' ? 'rfc9068' : 'auth0',
    claims: Object.fromEntries([...claim.map(readClaim), ...removed]),
  }
}

/** `name=value`; a value that is JSON is taken as such. */
function readClaim(text: string): readonly [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) throw new CliFault('--claim needs name=value.', 'Write, for example: org_id=org_1')
  const value = text.slice(at + 1)
  return [text.slice(0, at), parseJson(value) ?? value]
}

async function findKey(alg: string, { secret }: Issuer, file: string): Promise<JWK> {
  if (!/^HS(?:256|384|512)$/.test(alg)) return makeKey(alg, file)
  const text = secret && own(process.env, secret.env)
  if (typeof text !== 'string') {
    throw new CliFault(
      `There is no secret for ${printable(alg)}.`,
      'Configure `secret`, and set it.',
    )
  }
  return { kty: 'oct', k: Buffer.from(encodeUtf8(text)).toString('base64url') }
}

const ALGORITHMS = /^(?:[RP]S(?:256|384|512)|ES(?:256|384|512)|EdDSA|Ed25519)$/

async function makeKey(alg: string, file: string): Promise<JWK> {
  if (ALGORITHMS.test(alg)) return findTestKey(file, alg)
  throw new CliFault(`"${printable(alg)}" is no algorithm.`, 'Take RS256, ES256, EdDSA or none.')
}

async function serve({ serve: port, alg }: TokenOptions, file: string, context: Context) {
  const { terminal } = context
  await makeKey(alg ?? 'RS256', file)
  const served = await serveIssuer(file, typeof port === 'string' ? readPort(port) : 0)
  terminal.print(
    `An issuer with the test keys: ${served.issuer}`,
    `  its tokens:   edge-authorizer token --issuer ${served.issuer}`,
    `  to trust it:  ISSUER=${served.issuer} in the environment of what you test`,
    'Ctrl-C ends it.',
  )
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  served.close()
  return EXIT.ok
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port > 0 && port < 65_536) return port
  throw new CliFault('--serve takes a port.', 'Name one from 1 to 65535, or none.')
}
