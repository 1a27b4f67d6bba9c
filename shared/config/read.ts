/** From the compiled configuration and the environment to the configuration that counts (contract §2). */
import { isObject, own, parseJson } from '../json.ts'
import type { Environment } from '../ports.ts'
import { checkMeaning } from './check.ts'
import { ConfigError } from './fault.ts'
import { checkShape } from './shape.ts'
import type { Config } from './types.ts'

/**
 * `AUTHORIZER_CONFIG` replaces the whole; `ISSUER` and `AUDIENCE` replace those of the first issuer.
 * Throws a `ConfigError` with every fault.
 */
export function readConfig(compiled: unknown, environment: Environment): Config {
  const input = override(replace(compiled, environment), environment)
  const faults = [...checkShape(input), ...checkMeaning(input, environment)]
  if (faults.length > 0) throw new ConfigError(faults)
  return input as Config // which is what the schema has just said
}

function replace(compiled: unknown, environment: Environment): unknown {
  const value = own(environment, 'AUTHORIZER_CONFIG')
  if (value === undefined || value === '') return compiled
  if (typeof value !== 'string') return value
  const parsed = parseJson(value)
  if (parsed !== undefined) return parsed
  const message =
    'is not JSON; check quotes and commas, or unset it to use the compiled configuration'
  throw new ConfigError([{ code: 'config_invalid', path: 'AUTHORIZER_CONFIG', message }])
}

function override(input: unknown, environment: Environment): unknown {
  const [issuer, audience] = [own(environment, 'ISSUER'), own(environment, 'AUDIENCE')]
  const issuers = isObject(input) ? own(input, 'issuers') : undefined
  if (!isObject(input) || !Array.isArray(issuers)) return input
  const first: unknown = issuers[0]
  if (!isObject(first)) return input
  const changed = {
    ...first,
    ...(typeof issuer === 'string' && issuer !== '' && { issuer }),
    ...(typeof audience === 'string' && audience !== '' && { audience: splitList(audience) }),
  }
  return { ...input, issuers: [changed, ...issuers.slice(1)] }
}

const splitList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
