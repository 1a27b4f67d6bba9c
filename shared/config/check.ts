/**
 * What members of a configuration mean together. Runs on every issuer and route that could be read,
 * so that one report names all faults, whatever else is wrong.
 */
import { encodeUtf8 } from '../bytes.ts'
import { isObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { SECRET_BYTES } from '../limits.ts'
import { namesOf, parsePattern, shapeOf } from '../policy/pattern.ts'
import type { Environment } from '../ports.ts'
import { checkDecryptionKeys } from './decryption.ts'
import { below } from './fault.ts'
import type { Report } from './fault.ts'
import { checkOpaque, checkProviders } from './opaque.ts'
import { checkSecret } from './secret.ts'
import type { SecretKind } from './secret.ts'

export function checkMeaning(input: unknown, environment: Environment, report: Report): void {
  if (!isObject(input)) return
  const { issuers, routes, keys, identityProviders } = input
  if (Array.isArray(issuers)) checkIssuers(issuers, environment, report)
  if (isObject(routes)) checkRoutes(routes, report)
  if (isObject(keys)) {
    checkSecret([keys, 'storeSecret'], environment, below(report, 'keys'), STRONG)
  }
  checkSecret([input, 'verdictSecret'], environment, report, STRONG)
  if (Array.isArray(identityProviders)) checkProviders(identityProviders, environment, report)
}

function checkIssuers(issuers: readonly unknown[], environment: Environment, report: Report): void {
  const seen = new Set<unknown>()
  const hosts = issuers.map((entry) => (isObject(entry) ? hostOf(entry['issuer']) : undefined))
  for (const [index, entry] of issuers.entries()) {
    if (!isObject(entry)) continue
    const at = below(report, 'issuers', index)
    checkAudiences(entry, hosts, at)
    if (seen.has(entry['issuer'])) at(['issuer'], 'is listed twice')
    seen.add(entry['issuer'])
    checkAlgorithms(entry, at)
    checkClaimNames(entry, at)
    checkSecret([entry, 'secret'], environment, at, STRONG)
    if (entry['encryption'] && !entry['decryptionKeys']) at(['encryption'], 'needs decryptionKeys')
    checkSecret([entry, 'decryptionKeys'], environment, at, KEYS)
    checkOpaque(entry, environment, at)
  }
}

const hostOf = (url: unknown): string | undefined =>
  /^https?:\/\/([^/]+)/.exec(String(url))?.[1]?.toLowerCase()

const RESERVED = /^https?:\/\/[^/]+\/(?:api\/v2|userinfo|me|mfa)\/?$/

/** Not one of Auth0's own (§1.4): such a token was not requested for this API. */
function checkAudiences(
  { audience }: JsonObject,
  hosts: readonly (string | undefined)[],
  report: Report,
): void {
  for (const [index, value] of [audience].flat().entries()) {
    const host = RESERVED.test(String(value)) ? hostOf(value) : undefined
    // With a domain of one's own, Auth0's own audiences still name the tenant's.
    if (!host || !(host.endsWith('.auth0.com') || hosts.includes(host))) continue
    const path = Array.isArray(audience) ? ['audience', index] : ['audience']
    report(
      path,
      "must be your API identifier, none of the issuer's own",
      'config_audience_reserved',
    )
  }
}

const isSymmetric = (name: unknown): boolean => String(name).startsWith('HS')

function checkAlgorithms({ algorithms, secret, jwksUri }: JsonObject, report: Report): void {
  const list = [algorithms ?? 'RS256'].flat()
  if (secret ? jwksUri || !list.every(isSymmetric) : list.some(isSymmetric)) {
    const message = 'must be HS algorithms with `secret`, or others without it'
    report(['algorithms'], message, 'config_alg_mix')
  }
}

/** Claims of another shape, which the token is held to. */
const TAKEN =
  /^(?:iss|sub|aud|exp|iat|nbf|auth_time|jti|azp|client_id|gty|org_id|org_name|(?:sub|client)_profile|cnf|act|authorization_details)$/

/** Under one name they would be two shapes of one claim. */
function checkClaimNames({ claims }: JsonObject, report: Report): void {
  const { scope = 'scope', permissions = 'permissions' } = isObject(claims) ? claims : {}
  if (scope === permissions) report(['claims'], 'must name two different claims')
  for (const [member, name] of Object.entries({ scope, permissions })) {
    if (TAKEN.test(String(name)))
      report(['claims', member], 'must not be a claim that has a meaning of its own')
  }
}

const STRONG: SecretKind = {
  code: 'config_secret_weak',
  faultsOf: (value) =>
    typeof value === 'string' &&
    encodeUtf8(value).length >= SECRET_BYTES &&
    !value.includes('-----BEGIN')
      ? []
      : [`must be at least ${SECRET_BYTES} bytes, no PEM`],
}

const KEYS: SecretKind = { code: 'config_decryption_keys', faultsOf: checkDecryptionKeys }

function checkRoutes(routes: JsonObject, report: Report): void {
  const shapes = new Map<string, string>()
  for (const [text, policy] of Object.entries(routes)) {
    const at = below(report, 'routes', text)
    const pattern = parsePattern(text)
    if (typeof pattern === 'string') {
      at([], pattern)
      continue
    }
    const shape = shapeOf(pattern)
    const twin = shapes.get(shape)
    if (twin) at([], `matches the same as "${twin}"; keep one`)
    shapes.set(shape, text)
    if (isObject(policy)) checkBind(policy, namesOf(pattern.segments), at)
  }
}

function checkBind(policy: JsonObject, parameters: readonly string[], report: Report): void {
  const { bind } = policy
  for (const name of Object.keys(bind ?? {})) {
    if (!parameters.includes(name)) report(['bind', name], 'is no parameter of the pattern')
  }
  for (const name of ['bindBypassScope', 'hideExistence']) {
    if (name in policy && !bind) report([name], 'has no effect without bind')
  }
}
