/**
 * What members of a configuration mean together. Runs on every issuer and route that could be read,
 * so that one report names all faults, whatever else is wrong.
 */
import { encodeUtf8 } from '../bytes.ts'
import { isAllowedJwksUri, isLoopback } from '../endpoint.ts'
import { isObject, own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { SECRET_BYTES } from '../limits.ts'
import { parameterNames, parsePattern, shapeOf } from '../policy/pattern.ts'
import type { Environment } from '../ports.ts'
import { formatPath } from './fault.ts'
import type { ConfigFault, FaultCode } from './fault.ts'
import { SYMMETRIC_ALGORITHMS } from './schema.ts'

type Report = (path: readonly (string | number)[], message: string, code?: FaultCode) => void

export function checkMeaning(input: unknown, environment: Environment): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  const report: Report = (path, message, code = 'config_invalid') =>
    void faults.push({ code, path: formatPath(path), message })
  if (!isObject(input)) return faults
  const [issuers, routes] = [own(input, 'issuers'), own(input, 'routes')]
  if (Array.isArray(issuers)) checkIssuers(issuers, environment, report)
  if (isObject(routes)) checkRoutes(routes, report)
  return faults
}

function checkIssuers(issuers: readonly unknown[], environment: Environment, report: Report): void {
  const seen = new Set<unknown>()
  for (const [index, entry] of issuers.entries()) {
    if (!isObject(entry)) continue
    const at: Report = (path, message, code) => report(['issuers', index, ...path], message, code)
    const issuer = own(entry, 'issuer')
    if (seen.has(issuer)) at(['issuer'], 'is listed twice; give one entry all its audiences')
    seen.add(issuer)
    if (typeof issuer === 'string') checkIssuerUrl(issuer, own(entry, 'jwksUri'), at)
    checkAudience(own(entry, 'audience'), at)
    checkKeySource(entry, at)
    checkSecret(own(entry, 'secret'), environment, at)
  }
}

function checkIssuerUrl(issuer: string, jwksUri: unknown, report: Report): void {
  if (!URL.canParse(issuer)) return report(['issuer'], 'must be a URL: https://…')
  const { protocol, hostname, search, hash } = new URL(issuer)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    const message = 'must be https (http only on a loopback host, for development)'
    report(['issuer'], message, 'config_issuer_not_https')
  }
  if (search + hash !== '') report(['issuer'], 'must have no query, no fragment (RFC 8414 §2)')
  if (typeof jwksUri === 'string' && !isAllowedJwksUri(jwksUri, issuer)) {
    report(['jwksUri'], 'must be https on a public host, without credentials')
  }
}

/** Audiences of Auth0 itself: a token for one of them was not requested for this API. */
const RESERVED_AUDIENCE = /^https?:\/\/[^/]+\/(?:api\/v2|userinfo|me|mfa)\/?$/

function checkAudience(audience: unknown, report: Report): void {
  if ([audience].flat().some((value) => RESERVED_AUDIENCE.test(String(value)))) {
    const message = "is one of the issuer's own; use your API identifier"
    report(['audience'], message, 'config_audience_reserved')
  }
}

function checkKeySource(entry: JsonObject, report: Report): void {
  const algorithms = [own(entry, 'algorithms') ?? []].flat()
  const symmetric = SYMMETRIC_ALGORITHMS.filter((name) => algorithms.includes(name))
  const [hasSecret, isSymmetric] = [Object.hasOwn(entry, 'secret'), symmetric.length > 0]
  const isMixed = isSymmetric && symmetric.length < new Set(algorithms).size
  if (isMixed || hasSecret !== isSymmetric || (hasSecret && Object.hasOwn(entry, 'jwksUri'))) {
    const message = 'HS algorithms and `secret` go together, without others and without `jwksUri`'
    report([hasSecret ? 'secret' : 'algorithms'], message, 'config_alg_mix')
  }
}

function checkSecret(secret: unknown, environment: Environment, report: Report): void {
  const name = isObject(secret) ? own(secret, 'env') : undefined
  if (typeof name !== 'string' || name === '') return
  const value = own(environment, name)
  if (typeof value !== 'string' || value === '') {
    return report(['secret', 'env'], `set ${name} in the environment; it is empty`)
  }
  if (encodeUtf8(value).length < SECRET_BYTES || value.includes('-----BEGIN')) {
    const message = `${name} is no HMAC key: it needs at least ${SECRET_BYTES} bytes, and no PEM`
    report(['secret', 'env'], message, 'config_secret_weak')
  }
}

function checkRoutes(routes: JsonObject, report: Report): void {
  const shapes = new Map<string, string>()
  for (const [text, policy] of Object.entries(routes)) {
    const at: Report = (path, message) => report(['routes', text, ...path], message)
    const pattern = parsePattern(text)
    if (!pattern.ok) {
      at([], pattern.error)
      continue
    }
    const shape = shapeOf(pattern.value)
    const twin = shapes.get(shape)
    if (twin !== undefined) at([], `matches the same requests as "${twin}"; keep one`)
    shapes.set(shape, text)
    if (isObject(policy)) checkBind(policy, parameterNames(pattern.value), at)
  }
}

function checkBind(policy: JsonObject, parameters: readonly string[], report: Report): void {
  const bind = own(policy, 'bind')
  for (const name of Object.keys(bind ?? {})) {
    if (!parameters.includes(name)) report(['bind', name], 'is no parameter of the pattern')
  }
  for (const name of ['bindBypassScope', 'hideExistence']) {
    if (Object.hasOwn(policy, name) && !bind) report([name], 'has no effect without bind')
  }
}
