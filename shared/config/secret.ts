/** What a configuration names by `{ env: 'NAME' }`, and never holds. */
import { isObject, own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { Environment } from '../ports.ts'
import type { FaultCode, Report } from './fault.ts'
import type { Secret } from './types.ts'

export interface SecretKind {
  readonly code?: FaultCode
  readonly faultsOf: (value: unknown) => readonly string[]
}

/** Where none is named the schema has said so. */
export function checkSecret(
  [entry, member]: readonly [entry: JsonObject, member: string],
  environment: Environment,
  report: Report,
  kind?: SecretKind,
): void {
  const secret = own(entry, member)
  const name = isObject(secret) ? secret['env'] : undefined
  if (typeof name !== 'string') return
  const value = own(environment, name)
  const faults = value ? (kind?.faultsOf(value) ?? []) : ['is not set']
  for (const fault of faults) report([member, 'env'], `${name} ${fault}`, kind?.code)
}

/** Of an environment that has been checked with the configuration. */
export const secretOf = (environment: Environment, { env }: Secret): string =>
  String(environment[env])
