/** Shape faults in words: what valibot found, said as path and mend. Never quotes a value. */
import * as v from 'valibot'
import { isObject } from '../json.ts'
import { formatPath } from './fault.ts'
import type { ConfigFault, FaultCode } from './fault.ts'
import { configSchema } from './schema.ts'
import type { Config } from './types.ts'

type Issue = v.BaseIssue<unknown>

/** Part of the configuration's promise, not built yet: refused, because ignoring it would be unsafe. */
const NOT_SUPPORTED_YET = [
  /^(?:dpop|mtls|revocation|resource|identityProviders)$/,
  /^issuers\[\d+\]\.(?:decryptionKeys|opaque)$/,
  /^issuers\[\d+\]\.claims\.(?:sid|acr|amr|authTime)$/,
  /^routes.*\.(?:stepUp|proof|accept|userinfo|authorizationDetails)$/,
]

const MISSING: Readonly<Record<string, string>> = {
  issuers: 'list the issuers you trust: [{ issuer, audience }]',
  issuer: "write the exact `iss` of its tokens, for example 'https://tenant.eu.auth0.com/'",
  audience: 'write the API identifier that access tokens carry in `aud`',
  env: 'name the environment variable that holds the secret',
  actors: 'list the `act.sub` values that may act for others',
}

export interface ShapeReport {
  readonly faults: readonly ConfigFault[]
  /** null unless there is no fault. */
  readonly config: Config | null
}

/** valibot names one unknown member at a time, so each is put aside before the next look. */
export function checkShape(input: unknown): ShapeReport {
  const parsed = v.safeParse(configSchema, input)
  if (parsed.success) return { faults: [], config: parsed.output }
  const issues = parsed.issues.flatMap((issue) => nearest(issue))
  const unknown = issues.filter(isUnknownMember)
  const faults = unknown.map(toFault)
  if (unknown.length === 0) return { faults: issues.map(toFault), config: null }
  const known = unknown.reduce((rest, issue) => without(rest, keysOf(issue)), input)
  return { faults: [...faults, ...checkShape(known).faults], config: null }
}

const isUnknownMember = ({ expected }: Issue): boolean => expected === 'never'

const keysOf = ({ path }: Issue): readonly (string | number)[] =>
  (path ?? []).map(({ key }) => key as string | number)

/** A copy that lacks the member at the end of the path. */
function without(value: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === key ? without(item, rest) : item))
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== key || rest.length > 0)
      .map(([name, item]) => [name, name === key ? without(item, rest) : item]),
  )
}

/** Of a union, the alternative that was meant: the one whose fault lies deepest, else the union. */
function nearest(issue: Issue): readonly Issue[] {
  const inner = (issue.issues ?? []).flatMap((nested) => nearest(nested))
  const depth = Math.max(0, ...inner.map((nested) => nested.path?.length ?? 0))
  if (depth === 0) return [issue]
  const prefix = issue.path ?? []
  return inner
    .filter((nested) => (nested.path?.length ?? 0) > 0)
    .map((nested) => Object.assign({}, nested, { path: [...prefix, ...(nested.path ?? [])] }))
}

function toFault(issue: Issue): ConfigFault {
  const keys = keysOf(issue)
  const path = formatPath(keys)
  const unknown = isUnknownMember(issue)
  if (unknown && NOT_SUPPORTED_YET.some((pattern) => pattern.test(path))) {
    return fault('config_not_supported', path, 'is not supported yet; remove it')
  }
  const name = String(keys.at(-1) ?? '')
  if (unknown) return fault('config_invalid', path, 'is no option; check the spelling or remove it')
  const code = name === 'clockToleranceSeconds' ? 'config_tolerance' : 'config_invalid'
  return fault(code, path, explain(issue, name))
}

const fault = (code: FaultCode, path: string, message: string): ConfigFault => ({
  code,
  path,
  message,
})

function explain(issue: Issue, name: string): string {
  if (issue.kind === 'validation') return issue.message
  if (issue.received === 'undefined') return `is missing; ${MISSING[name] ?? 'give it a value'}`
  if (/^(?:secret|clientSecret|privateKey)$/.test(name)) {
    return "must be { env: 'NAME' }: a secret is read from the environment, never written here"
  }
  return `must be ${describe(issue.expected ?? 'something else')}`
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  Object: 'an object',
  Array: 'a list',
}

/** `(("a" | "b") | Object)` → `'a' or 'b' or an object`. */
const describe = (expected: string): string =>
  expected
    .replace(/[()]/g, '')
    .split(' | ')
    .map((kind) => KINDS[kind] ?? kind.replaceAll('"', "'"))
    .join(' or ')
