/**
 * What members of a configuration mean together. Runs on every issuer and route that could be read,
 * so that one report names all faults, whatever else is wrong.
 */
import { encodeUtf8 } from '../bytes.ts'
import { isObject, own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { isAllowedJwksUri, isLoopback } from '../endpoint.ts'
import { SECRET_BYTES } from '../limits.ts'
import { parameterNames, parsePattern, shapeOf } from '../policy/pattern.ts'
import type { Environment } from '../ports.ts'
import type { ConfigFault, FaultCode } from './fault.ts'
import { formatPath } from './fault.ts'
import { SYMMETRIC_ALGORITHMS } from './schema.ts'

type Report = (code: FaultCode, path: readonly (string | number)[], message: string) => void

export function checkMeaning(input: unknown, environment: Environment): readonly ConfigFault[] {
  const faults: ConfigFault[] = []
  const report: Report = (code, path, message) =>
    void faults.push({ code, path: formatPath(path), message })
  if (!isObject(input)) return faults
  const issuers = own(input, 'issuers')
  if (Array.isArray(issuers)) checkIssuers(issuers, environment, report)
  const routes = own(input, 'routes')
  if (isObject(routes)) checkRoutes(routes, report)
  return faults
}

function checkIssuers(issuers: readonly unknown[], environment: Environment, report: Report): void {
  const seen = new Map<unknown, number>()
  for (const [index, entry] of issuers.entries()) {
    if (!isObject(entry)) continue
    const issuer = own(entry, 'issuer')
    const first = seen.get(issuer)
    if (first !== undefined) {
      const message = `is the same as issuers[${first}].issuer; give one entry all its audiences`
      report('config_invalid', ['issuers', index, 'issuer'], message)
    }
    seen.set(issuer, index)
    const at: Report = (code, path, message) => report(code, ['issuers', index, ...path], message)
    checkIssuerUrl(issuer, at)
    checkAudience(own(entry, 'audience'), at)
    checkKeySource(entry, at)
    checkSecret(entry, environment, at)
  }
}

function checkIssuerUrl(issuer: unknown, report: Report): void {
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) return
  const { protocol, hostname, search, hash } = new URL(issuer)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    const message = 'must be https; http is for issuers on a loopback host (development) only'
    report('config_issuer_not_https', ['issuer'], message)
  }
  if (search !== '' || hash !== '') {
    report('config_invalid', ['issuer'], 'must have no query and no fragment (RFC 8414 §2)')
  }
}

/** Audiences of Auth0 itself: a token for one of them was not requested for this API. */
const RESERVED_AUDIENCE = /^https?:\/\/[^/]+\/(?:api\/v2\/?|userinfo\/?|me\/?|mfa\/?)$/

function checkAudience(audience: unknown, report: Report): void {
  const values: readonly unknown[] = Array.isArray(audience) ? audience : [audience]
  if (!values.some((value) => typeof value === 'string' && RESERVED_AUDIENCE.test(value))) return
  const message =
    "is the issuer's own (Management API, /userinfo, /me, /mfa); use your API identifier"
  report('config_audience_reserved', ['audience'], message)
}

const isSymmetric = (algorithm: unknown): boolean =>
  SYMMETRIC_ALGORITHMS.some((name) => name === algorithm)

function checkKeySource(entry: JsonObject, report: Report): void {
  const [listed, jwksUri, issuer] = [
    own(entry, 'algorithms'),
    own(entry, 'jwksUri'),
    own(entry, 'issuer'),
  ]
  const algorithms: readonly unknown[] = Array.isArray(listed) ? listed : ['RS256']
  const hasSecret = Object.hasOwn(entry, 'secret')
  const symmetric = algorithms.filter(isSymmetric).length
  if (symmetric > 0 && symmetric < algorithms.length) {
    const message =
      'mixes HS and asymmetric algorithms; a public key could then be taken for a secret'
    report('config_alg_mix', ['algorithms'], message)
  } else if (symmetric > 0 !== hasSecret) {
    const message = hasSecret
      ? "needs algorithms: ['HS256'] (or HS384, HS512) beside it, and nothing else"
      : 'is missing; HS algorithms verify with the signing secret of the API'
    report('config_alg_mix', ['secret'], message)
  }
  if (hasSecret && jwksUri !== undefined) {
    report('config_alg_mix', ['jwksUri'], 'has no use beside a secret; remove one of the two')
  }
  if (typeof jwksUri !== 'string' || typeof issuer !== 'string') return
  if (URL.canParse(issuer) && !isAllowedJwksUri(jwksUri, issuer)) {
    const message = 'must be https on a public host, without credentials'
    report('config_invalid', ['jwksUri'], message)
  }
}

function checkSecret(entry: JsonObject, environment: Environment, report: Report): void {
  const secret = own(entry, 'secret')
  const name = isObject(secret) ? own(secret, 'env') : undefined
  if (typeof name !== 'string' || name === '') return
  const value = own(environment, name)
  const path = ['secret', 'env']
  if (typeof value !== 'string' || value === '') {
    report('config_invalid', path, `names ${name}, which the environment does not have; set it`)
  } else if (encodeUtf8(value).length < SECRET_BYTES || value.includes('-----BEGIN')) {
    const message = `names a secret that is no HMAC key: it needs at least ${SECRET_BYTES} bytes, and no PEM`
    report('config_secret_weak', path, message)
  }
}

function checkRoutes(routes: JsonObject, report: Report): void {
  const shapes = new Map<string, string>()
  for (const [text, policy] of Object.entries(routes)) {
    const pattern = parsePattern(text)
    if (!pattern.ok) {
      report('config_invalid', ['routes', text], `is no route pattern: ${pattern.error}`)
      continue
    }
    const shape = shapeOf(pattern.value)
    const twin = shapes.get(shape)
    if (twin !== undefined) {
      const message = `matches the same requests as "${twin}"; keep one of the two`
      report('config_invalid', ['routes', text], message)
    }
    shapes.set(shape, text)
    checkBind(policy, parameterNames(pattern.value), (code, path, message) =>
      report(code, ['routes', text, ...path], message),
    )
  }
}

function checkBind(policy: unknown, parameters: readonly string[], report: Report): void {
  if (!isObject(policy)) return
  const bind = own(policy, 'bind')
  for (const name of isObject(bind) ? Object.keys(bind) : []) {
    if (parameters.includes(name)) continue
    const known = parameters.length === 0 ? 'it has none' : `it has ${parameters.join(', ')}`
    report('config_invalid', ['bind', name], `names no parameter of the pattern; ${known}`)
  }
  for (const dependent of ['bindBypassScope', 'hideExistence']) {
    if (Object.hasOwn(policy, dependent) && bind === undefined) {
      report('config_invalid', [dependent], 'has no effect without bind; add bind or remove it')
    }
  }
}
