/** From the compiled configuration and the environment to the configuration that counts (contract §2). */
import { isObject, own, parseStrictObject } from '../json.ts'
import type { Environment } from '../ports.ts'
import { checkMeaning } from './check.ts'
import { ConfigError, formatPath } from './fault.ts'
import type { ConfigFault, Report } from './fault.ts'
import { checkMembers } from './members.ts'
import { checkShape } from './shape.ts'
import type { Config } from './types.ts'

/**
 * `AUTHORIZER_CONFIG` replaces the whole; `ISSUER` and `AUDIENCE` replace those of the first issuer.
 * Throws a `ConfigError` with every fault.
 */
export function readConfig(compiled: unknown, environment: Environment): Config {
  const faults: ConfigFault[] = []
  const report: Report = (path, message, code = 'config_invalid') =>
    void faults.push({ code, path: formatPath(path) || whole, message })
  const replacing = own(environment, 'AUTHORIZER_CONFIG')
  // A variable may be there and empty.
  const isReplaced = replacing !== undefined && replacing !== ''
  const whole = isReplaced ? 'AUTHORIZER_CONFIG' : 'the configuration'
  const input = override(parse(isReplaced ? replacing : compiled), environment)
  checkMembers(input, report)
  checkShape(input, report)
  checkMeaning(input, environment, report)
  if (faults.length > 0) throw new ConfigError(faults)
  return input as Config // which is what the schema has just said
}

/** Text that is no such JSON is no configuration either, nor is a list; the schema says so. */
function parse(value: unknown): unknown {
  if (Array.isArray(value)) return null
  return typeof value === 'string' ? (parseStrictObject(value) ?? value) : value
}

function override(input: unknown, environment: Environment): unknown {
  const [issuer, audience] = [own(environment, 'ISSUER'), own(environment, 'AUDIENCE')]
  if (!isObject(input) || !Array.isArray(input['issuers'])) return input
  const [first = {}, ...issuers]: readonly unknown[] = input['issuers']
  if ((!issuer && !audience) || !isObject(first)) return input
  const changed = {
    ...first,
    ...(issuer ? { issuer } : {}),
    ...(audience ? { audience: splitList(String(audience)) } : {}),
  }
  return { ...input, issuers: [changed, ...issuers] }
}

const splitList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
