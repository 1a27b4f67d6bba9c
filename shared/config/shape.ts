/** Shape faults in words: what valibot found, as path and mend. Never quotes a value. */
import { safeParse } from 'valibot'
import type { Report } from './check.ts'
import type { FaultCode } from './fault.ts'
import { configSchema } from './schema.ts'

/** Without these nobody can tell which app a provider's token was issued to (§4). */
const UNVERIFIABLE = 'config_idp_audience_unverifiable'

const CODES: Readonly<Record<string, FaultCode>> = {
  issuer: 'config_issuer_not_https',
  audience: 'config_audience_reserved',
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
    if (received === 'undefined') report(keys, 'is missing; add it', missingCode(name))
    else report(keys, message.startsWith('Invalid') ? `must be ${expected}` : message, CODES[name])
  }
}

const missingCode = (name: string): FaultCode | undefined =>
  CODES[name] === UNVERIFIABLE ? UNVERIFIABLE : undefined
