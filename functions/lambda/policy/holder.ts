/** Whoever holds a token: what it may do, unit by unit and kind by kind of requests. */
import type { Grant } from '../../../shared/policy/grant.ts'
import { positionOf } from '../../../shared/policy/pattern.ts'
import { readParameter } from '../../../shared/policy/route.ts'
import type { Rules } from '../../../shared/policy/rules.ts'
import { ANYTHING, toPath } from './overlap.ts'
import type { Path } from './overlap.ts'
import { bindUnit } from './unit.ts'
import type { Unit } from './unit.ts'

export interface Holder {
  grantOf(unit: Unit): Grant
  /** The unit for the token's own object, if requests can name that there. */
  bind(unit: Unit): readonly Unit[]
  /** The requests of this kind? `some`: those for its own object. */
  may(unit: Unit, path: Path): 'all' | 'some' | 'none'
}

/** `grants`: by rule. */
export function createHolder(grants: readonly Grant[], table: Rules['table']): Holder {
  const grantOf = (unit: Unit): Grant => grants[unit.rule] ?? 'none'
  const answers = ({ method, route }: Unit, path: Path) => table.match(method, path) === route
  return {
    grantOf,
    bind(unit) {
      const grant = grantOf(unit)
      if (typeof grant === 'string') return []
      const bound = bindUnit(unit, grant)
      const path = toPath(bound.parts)
      // A `{name+}` of two segments or more equals no value: none holds a slash.
      return answers(unit, path) && this.may(unit, path) === 'all' ? [bound] : []
    },
    may(unit, path) {
      const grant = grantOf(unit)
      if (typeof grant === 'string') return grant
      const { pattern } = unit.route
      const named = Object.entries(grant).map(([name, value]) => ({
        name,
        value,
        said: readParameter(pattern, path, name),
      }))
      if (named.some(({ value, said }) => said !== value && said !== ANYTHING)) return 'none'
      const open = named.filter(({ said }) => said === ANYTHING)
      if (open.length === 0) return 'all'
      const filled = path.map((text, index) => {
        const own = open.find(({ name }) => positionOf(pattern.segments, name) === index)
        return own?.value ?? text
      })
      return answers(unit, filled) ? 'some' : 'none'
    },
  }
}
