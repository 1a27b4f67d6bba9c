/** The members of a configuration: those left out, and those whose names valibot passes over. */
import { isObject } from '../json.ts'
import type { Report } from './check.ts'
import { UNKNOWN } from './schema.ts'

type Path = readonly (string | number)[]

/**
 * A copy without members that are undefined. Where names are free, in `routes` and in the `claims`
 * and `bind` of a route, undefined is a fault: no rule may be lost that way.
 */
export function copyMembers(value: unknown, report: Report, path: Path = []): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => copyMembers(item, report, [...path, index]))
  }
  if (!isObject(value)) return value
  const isFree = hasFreeNames(path)
  const members = Object.entries(value).flatMap(([name, item]) => {
    const at = [...path, name]
    if ((isFree ? /^__proto__$/ : /^(?:__proto__|constructor|prototype)$/).test(name)) {
      report(at, UNKNOWN)
      return []
    }
    return isFree || item !== undefined ? [[name, copyMembers(item, report, at)] as const] : []
  })
  return Object.fromEntries(members)
}

const hasFreeNames = ({ 0: root, 2: member, length }: Path): boolean =>
  root === 'routes' && (length === 1 || (length === 3 && /^(?:claims|bind)$/.test(`${member}`)))
