/** What the sample tokens hold: enough to open something, whatever the rules ask for. */
import type { Config } from '../shared/config/types.ts'

export interface SampleScopes {
  /** Of `read`, `user` and `machine`. */
  readonly read: readonly string[]
  /** Of `admin`. */
  readonly admin: readonly string[]
}

/** Those of the sample rules where the rules name them, or none; else their own: the first, and all. */
export function sampleScopes(rules: Config): SampleScopes {
  const named = namedScopes(rules)
  const choose = (sample: string, own: readonly string[]) =>
    named.length === 0 || named.includes(sample) ? [sample] : own
  return { read: choose('read:patients', named.slice(0, 1)), admin: choose('read:admin', named) }
}

export function namedScopes(rules: Config): readonly string[] {
  const named = policiesOf(rules).flatMap(({ scopes = [], anyScope = [], bindBypassScope = [] }) =>
    [scopes, anyScope, bindBypassScope].flat(),
  )
  return [...new Set(named)]
}

export function namedPermissions(rules: Config): readonly string[] {
  const named = policiesOf(rules).flatMap(({ permissions = [], anyPermission = [] }) =>
    [permissions, anyPermission].flat(),
  )
  return [...new Set(named)]
}

const policiesOf = ({ routes = {} }: Config) =>
  Object.values(routes).filter((policy) => typeof policy === 'object')
