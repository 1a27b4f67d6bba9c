import { BlockList, isIP } from 'node:net'
import { isRecord } from './policy.ts'

/** What a policy condition can ask about. UNVERIFIED: which keys an authorizer policy may use. */
export interface ConditionFacts {
  readonly nowMs: number
  readonly sourceIp: string
}

export interface ConditionVerdict {
  readonly met: boolean
  /** Operators, keys and values that this model does not know; they count as not met. */
  readonly unknown: readonly string[]
}

const DATES: Readonly<Record<string, (now: number, then: number) => boolean>> = {
  DateEquals: (now, then) => now === then,
  DateNotEquals: (now, then) => now !== then,
  DateLessThan: (now, then) => now < then,
  DateLessThanEquals: (now, then) => now <= then,
  DateGreaterThan: (now, then) => now > then,
  DateGreaterThanEquals: (now, then) => now >= then,
}

const DATE_KEYS = new Set(['aws:currenttime', 'aws:epochtime'])

/** IAM: W3C date strings, or epoch seconds. */
const readDate = (value: string): number =>
  /^\d+$/u.test(value) ? Number(value) * 1000 : Date.parse(value)

const inRange = (address: string, range: string): boolean => {
  const [network = '', bits] = range.split('/')
  const family = isIP(network)
  const widest = family === 4 ? 32 : 128
  const width = bits === undefined ? widest : Number(bits)
  if (family === 0 || !(width >= 0 && width <= widest)) return false
  const list = new BlockList()
  list.addSubnet(network, width, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

type Test = (values: readonly string[], facts: ConditionFacts) => boolean

/** Condition keys are case-insensitive (IAM); operators are not. */
const findTest = (operator: string, key: string): Test | undefined => {
  const lower = key.toLowerCase()
  const compare = DATES[operator]
  if (compare && DATE_KEYS.has(lower)) {
    return (values, { nowMs }) => values.some((value) => compare(nowMs, readDate(value)))
  }
  if (lower !== 'aws:sourceip') return undefined
  if (operator === 'IpAddress') {
    return (values, { sourceIp }) => values.some((range) => inRange(sourceIp, range))
  }
  if (operator === 'NotIpAddress') {
    return (values, { sourceIp }) => !values.some((range) => inRange(sourceIp, range))
  }
  return undefined
}

const readValues = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map(String)

/** Every operator and every key has to be met; one of several values is enough (IAM). */
export const meetCondition = (
  condition: Readonly<Record<string, unknown>>,
  facts: ConditionFacts,
): ConditionVerdict => {
  const unknown: string[] = []
  let met = true
  for (const [operator, keys] of Object.entries(condition)) {
    for (const [key, value] of Object.entries(isRecord(keys) ? keys : { '': keys })) {
      const test = findTest(operator, key)
      if (!test) unknown.push(`${operator} ${key}`.trim())
      met &&= test?.(readValues(value), facts) ?? false
    }
  }
  return { met, unknown }
}
