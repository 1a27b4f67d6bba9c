/** Shape faults in words: what valibot found, as path and mend. Never quotes a value. */
import { safeParse } from 'valibot'
import type { Report } from './check.ts'
import type { FaultCode } from './fault.ts'
import { configSchema } from './schema.ts'

/** Part of the configuration's promise, not built yet: refused, because ignoring it would be unsafe. */
const NOT_SUPPORTED_YET =
  /^(?:dpop|mtls|revocation|resource|identityProviders|decryptionKeys|opaque|sid|acr|amr|authTime|stepUp|proof|accept|userinfo|authorizationDetails)$/

export function checkShape(input: unknown, report: Report): void {
  for (const { path, expected, received, kind, message } of safeParse(configSchema, input).issues ??
    []) {
    const keys = (path ?? []).map(({ key }) => key as string | number)
    const name = String(keys.at(-1))
    const explained = kind === 'schema' ? explain(expected, received, name) : message
    report(keys, explained, codeOf(expected, name))
  }
}

function explain(expected: string | null, received: string, name: string): string {
  if (expected === 'never') {
    return NOT_SUPPORTED_YET.test(name)
      ? 'is not supported yet; remove it'
      : 'is no option; check the spelling or remove it'
  }
  if (received === 'undefined') return 'is missing; add it'
  return name === 'secret'
    ? "must be { env: 'NAME' }: secrets are read from the environment, never written here"
    : `must be ${expected}`
}

function codeOf(expected: string | null, name: string): FaultCode {
  if (expected === 'never' && NOT_SUPPORTED_YET.test(name)) return 'config_not_supported'
  return name === 'clockToleranceSeconds' ? 'config_tolerance' : 'config_invalid'
}
