/** Members whose names valibot passes over: unknown ones, like any other that no option has. */
import { isObject } from '../json.ts'
import type { Report } from './check.ts'
import { UNKNOWN } from './schema.ts'

type Path = readonly (string | number)[]

export function checkMembers(value: unknown, report: Report, path: Path = []): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkMembers(item, report, [...path, index])
    return
  }
  if (!isObject(value)) return
  const passedOver = hasFreeNames(path) ? /^__proto__$/ : /^(?:__proto__|constructor|prototype)$/
  for (const [name, item] of Object.entries(value)) {
    if (passedOver.test(name)) report([...path, name], UNKNOWN)
    else checkMembers(item, report, [...path, name])
  }
}

/** In `routes`, and in the `claims` and `bind` of a route. */
const hasFreeNames = ({ 0: root, 2: member, length }: Path): boolean =>
  root === 'routes' && (length === 1 || (length === 3 && /^(?:claims|bind)$/.test(`${member}`)))
