/** What valibot skips: unknown members of some names, and lists in the place of objects. */
import { isObject } from '../json.ts'
import type { Path, Report } from './fault.ts'
import { UNKNOWN } from './schema.ts'

export function checkMembers(value: unknown, report: Report, path: Path = []): void {
  if (Array.isArray(value)) {
    if (isOptional(path)) report(path, 'must not be a list')
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

/** Objects that need no member: an empty list would do for one. */
function isOptional([root, second, ...rest]: Path): boolean {
  const below = rest.join('.')
  if (root === 'routes') return /^(?:claims|bind)?$/.test(below)
  if (root === 'issuers') return below === 'claims' || below === 'opaque.userinfo'
  return second === undefined && /^(?:keys|webSocket|apiGateway)$/.test(`${root}`)
}

/** In `routes`, and in the `claims` and `bind` of a route. */
const hasFreeNames = ({ 0: root, 2: member, length }: Path): boolean =>
  root === 'routes' && (length === 1 || (length === 3 && /^(?:claims|bind)$/.test(`${member}`)))
