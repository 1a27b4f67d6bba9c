/** Shape faults in words: what valibot found, as path and mend. Never quotes a value. */
import { safeParse } from 'valibot'
import type { IssuePathItem } from 'valibot'
import { isObject } from '../json.ts'
import type { FaultCode, Report } from './fault.ts'
import { UNKNOWN, configSchema } from './schema.ts'

/** Without these nobody can tell which app a provider's token was issued to (§4). */
const UNVERIFIABLE = 'config_idp_audience_unverifiable'

const CODES: Readonly<Record<string, FaultCode>> = {
  issuer: 'config_issuer_not_https',
  clockToleranceSeconds: 'config_tolerance',
  clientIds: UNVERIFIABLE,
  appIds: UNVERIFIABLE,
  introspect: UNVERIFIABLE,
  clientClaim: UNVERIFIABLE,
}

export function checkShape(input: unknown, report: Report): void {
  const { issues = [] } = safeParse(configSchema, input)
  for (const { path = [], expected, received, message } of issues) {
    const keys = path.map(({ key }) => key as string | number)
    const name = String(keys.at(-1))
    const code = message === UNKNOWN ? undefined : CODES[name]
    if (received === 'undefined') {
      report(keys, missing(path.at(-1)), code === UNVERIFIABLE ? code : undefined)
    } else report(keys, message.startsWith('Invalid') ? `must be ${expected}` : message, code)
  }
}

/** Undefined is no way to leave a member out: a name misspelt elsewhere would take a rule with it. */
const missing = (at: IssuePathItem | undefined): string =>
  at?.origin === 'value' && isObject(at.input) && Object.hasOwn(at.input, String(at.key))
    ? 'is undefined; give it a value, or leave it out'
    : 'is missing; add it'
