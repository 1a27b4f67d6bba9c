/** Shape faults in words: what valibot found, as path and mend. Never quotes a value. */
import { safeParse } from 'valibot'
import type { BaseIssue } from 'valibot'
import { formatPath } from './fault.ts'
import type { ConfigFault } from './fault.ts'
import { configSchema } from './schema.ts'

/** Part of the configuration's promise, not built yet: refused, because ignoring it would be unsafe. */
const NOT_SUPPORTED_YET =
  /^(?:dpop|mtls|revocation|resource|identityProviders)$|^issuers.*\.(?:decryptionKeys|opaque|sid|acr|amr|authTime)$|^routes.*\.(?:stepUp|proof|accept|userinfo|authorizationDetails)$/

const MISSING: Readonly<Record<string, string>> = {
  issuers: 'list the issuers you trust: [{ issuer, audience }]',
  issuer: "write the exact `iss` of its tokens, such as 'https://tenant.eu.auth0.com/'",
  audience: 'write the API identifier that access tokens carry in `aud`',
}

export const checkShape = (input: unknown): readonly ConfigFault[] =>
  (safeParse(configSchema, input).issues ?? []).map(toFault)

function toFault(issue: BaseIssue<unknown>): ConfigFault {
  const { path, expected, received, kind, message } = issue
  const keys = (path ?? []).map(({ key }) => key as string | number)
  const at = formatPath(keys)
  const name = String(keys.at(-1))
  if (expected === 'never' && NOT_SUPPORTED_YET.test(at)) {
    return { code: 'config_not_supported', path: at, message: 'is not supported yet; remove it' }
  }
  const code = name === 'clockToleranceSeconds' ? 'config_tolerance' : 'config_invalid'
  const explained = kind === 'schema' ? explain(expected, received, name) : message
  return { code, path: at, message: explained }
}

function explain(expected: string | null, received: string, name: string): string {
  if (expected === 'never') return 'is no option; check the spelling or remove it'
  if (received === 'undefined') return `is missing; ${MISSING[name] ?? 'give it a value'}`
  return name === 'secret'
    ? "must be { env: 'NAME' }: secrets are read from the environment, never written here"
    : `must be ${expected}`
}
