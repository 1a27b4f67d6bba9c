/**
 * Security requirements of an operation as a route's policy. Entries are alternatives; in one entry
 * everything is asked for (OpenAPI 3.1 §4.8.30). A policy can say: all of these scopes, and one of
 * those.
 */
import type { RoutePolicy } from '../../../shared/config/types.ts'
import type { Fault, Severity } from '../../lint/finding.ts'
import { entriesOf, get, itemsOf, textOf } from '../../lint/tree.ts'
import type { Tree } from '../../lint/tree.ts'
import { resolve } from './reference.ts'

export type Policy = RoutePolicy | 'public' | 'authenticated'

export type Complain = (
  rule: string,
  severity: Severity,
  line: number,
  fault: Omit<Fault, 'place'>,
) => void

/** undefined: it says nothing, or nothing that could be checked. */
export function readSecurity(
  root: Tree,
  operation: Tree,
  route: string,
  complain: Complain,
): Policy | undefined {
  const security = get(operation, 'security') ?? get(root, 'security')
  if (!security) {
    complain('operation-unprotected', 'error', operation.line, {
      message: `"${route}" has no \`security\`; it is left out, and so refused`,
      mend: 'Write `security: []` where it is public, or the requirement that it has.',
    })
    return undefined
  }
  const entries = itemsOf(security)
  const optional = entries.find((entry) => entriesOf(entry).length === 0)
  if (optional && entries.length > 1) return complainOfOptional(optional.line, route, complain)
  if (optional || entries.length === 0) return complainOfPublic(security.line, route, complain)
  const alternatives = entries
    .map((entry) => readEntry(root, entry, route, complain))
    .filter((scopes) => scopes !== undefined)
  return alternatives.length > 0
    ? toPolicy(alternatives, security.line, route, complain)
    : undefined
}

function complainOfPublic(line: number, route: string, complain: Complain): 'public' {
  complain('operation-public', 'warning', line, {
    message: `"${route}" asks for nothing, so it is public`,
    mend: 'Leave it where that is meant; else write the requirement that it has.',
  })
  return 'public'
}

function complainOfOptional(line: number, route: string, complain: Complain): 'public' {
  complain('operation-optional', 'warning', line, {
    message: `"${route}" may be called without a token, so it is public here: a token is ignored`,
    mend: 'Remove `{}` where a token is asked for; else let the backend read the token.',
  })
  return 'public'
}

/** Types that an access token can answer. */
const TOKEN_TYPES = new Set(['oauth2', 'openIdConnect', 'http bearer', 'http dpop', 'authorizer'])
/** API Gateway describes those that read a token as an API key. */
const AUTHORIZER_TYPES = new Set(['token', 'request', 'jwt', 'cognito_user_pools'])

/** Scopes of one entry; undefined: nothing of it is for a token. */
function readEntry(
  root: Tree,
  entry: Tree,
  route: string,
  complain: Complain,
): readonly string[] | undefined {
  const schemes = entriesOf(entry).map(([name, scopes]) => ({
    name,
    scopes: itemsOf(scopes).flatMap((scope) => textOf(scope) ?? []),
    type: typeOf(resolve(root, get(root, 'components', 'securitySchemes', name))),
  }))
  const foreign = schemes.filter(({ type }) => !TOKEN_TYPES.has(type))
  const own = schemes.filter(({ type }) => TOKEN_TYPES.has(type))
  for (const { name, type } of foreign) {
    const severity = type === '' || own.length === 0 ? 'error' : 'warning'
    complain('security-scheme-foreign', severity, entry.line, {
      message: `"${route}" asks for "${name}", which is ${type === '' ? 'declared nowhere' : `"${type}" and not checked here`}`,
      mend:
        own.length > 0
          ? 'Let the backend check it; the token is checked here.'
          : 'This alternative is left out; write a rule by hand, or let the backend check it.',
    })
  }
  return own.length > 0 ? [...new Set(own.flatMap(({ scopes }) => scopes))] : undefined
}

const typeOf = (scheme: Tree | undefined): string => {
  const authorizer = textOf(get(scheme, 'x-amazon-apigateway-authorizer', 'type'))
  if (authorizer && AUTHORIZER_TYPES.has(authorizer.toLowerCase())) return 'authorizer'
  const type = textOf(get(scheme, 'type')) ?? ''
  return type === 'http' ? `http ${textOf(get(scheme, 'scheme'))?.toLowerCase()}` : type
}

function toPolicy(
  given: readonly (readonly string[])[],
  line: number,
  route: string,
  complain: Complain,
): Policy {
  const alternatives = absorb(given)
  const [first = [], ...others] = alternatives
  const common = first.filter((scope) => others.every((other) => other.includes(scope)))
  const rests = alternatives.map((scopes) => scopes.filter((scope) => !common.includes(scope)))
  const isSimple = others.length === 0 || rests.every((rest) => rest.length === 1)
  if (!isSimple) {
    complain('security-not-expressible', 'error', line, {
      message: `"${route}" has alternatives of several scopes each, which one rule cannot express; the first alternative is required`,
      mend: 'Give the alternatives a scope of their own, or split the operation.',
    })
  }
  const scopes = isSimple && others.length > 0 ? common : first
  const anyScope = isSimple && others.length > 0 ? rests.flat() : []
  if (scopes.length === 0 && anyScope.length === 0) return 'authenticated'
  return {
    ...(scopes.length > 0 && { scopes: scopes.length === 1 ? scopes.join('') : scopes }),
    ...(anyScope.length > 0 && { anyScope }),
  }
}

/** Who has all of `[a, b]` has `[a]` too: the longer alternative adds nothing. */
const absorb = (alternatives: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  alternatives.filter(
    (scopes, at) =>
      !alternatives.some(
        (other, index) =>
          other.every((scope) => scopes.includes(scope)) &&
          (other.length < scopes.length || (other.length === scopes.length && index < at)),
      ),
  )
