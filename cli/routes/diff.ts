/** Two rule sets: who may call what with the new one and not with the old one, and the reverse. */
import { namesOf, shapeOf } from '../../shared/policy/pattern.ts'
import { readPath } from '../../shared/policy/path.ts'
import type { Route } from '../../shared/policy/route.ts'
import type { Access, Rules } from '../../shared/policy/rules.ts'
import { sampleRequest } from '../explain/sample.ts'
import { describeAccess } from './describe.ts'
import { mostSpecificFirst } from './order.ts'
import { beyond, requirementsOf, writeRequirement } from './requirement.ts'
import type { Requirements } from './requirement.ts'

export interface RouteChange {
  readonly route: string
  readonly change: 'added' | 'removed' | 'changed'
  readonly before: string
  readonly after: string
  /** Who may now, and could not. null: nobody. */
  readonly gains: string | null
  /** Who could, and may no more. null: nobody. */
  readonly loses: string | null
}

export function diffRules(before: Rules, after: Rules): readonly RouteChange[] {
  const known = new Set(before.routes.map(({ pattern }) => shapeOf(pattern)))
  const added = after.routes.filter(({ pattern }) => !known.has(shapeOf(pattern)))
  const routes = mostSpecificFirst([...before.routes, ...added])
  const changes = routes.map((route) => compare(route, before, after))
  const connect = compareSides('$connect', connectOf(before), connectOf(after))
  const rest = compareSides('(anything else)', restOf(before), restOf(after))
  return [...changes, connect, rest].filter((change) => change !== null)
}

/** What a rule set asks of a request, and how its own pattern names the parameters. */
interface Side {
  readonly access: Access | 'deny'
  readonly names: readonly string[]
}

const restOf = ({ otherwise }: Rules): Side => ({ access: otherwise, names: [] })

const sideOf = (route: Route<Access> | null, rules: Rules): Side =>
  route ? { access: route.rule, names: namesOf(route.pattern.segments) } : restOf(rules)

const connectOf = (rules: Rules): Side => sideOf(rules.connect, rules)

/** By a request that the route answers: another pattern, or `otherwise`, may answer it elsewhere. */
function compare(route: Route<Access>, before: Rules, after: Rules): RouteChange | null {
  const sample = sampleRequest(route, before.routes.includes(route) ? before : after)
  const segments = sample && readPath(sample.path)
  if (!sample || !segments) return null
  const side = (rules: Rules) => sideOf(rules.table.match(sample.method, segments), rules)
  return compareSides(route.pattern.text, side(before), side(after))
}

function compareSides(route: string, old: Side, now: Side): RouteChange | null {
  const before = requirementsOf(old.access, old.names)
  const after = requirementsOf(now.access, now.names)
  const [gains, loses] = [difference(after, before), difference(before, after)]
  if (gains === null && loses === null) return null
  return {
    route,
    change: before === 'deny' ? 'added' : after === 'deny' ? 'removed' : 'changed',
    before: describeAccess(old.access),
    after: describeAccess(now.access),
    gains,
    loses,
  }
}

/** Who meets `these` and not `those`. */
function difference(these: Requirements, those: Requirements): string | null {
  if (these === 'deny' || those === 'public') return null
  const who = describe(these)
  if (those === 'deny') return who
  const lacked = beyond(those, these === 'public' ? [] : these)
  if (these === 'public')
    return ['anybody without a trusted token', ...without(lacked)].join(', or ')
  return lacked.length === 0 ? null : `${who}, ${without(lacked).join(', or ')}`
}

const describe = (these: Exclude<Requirements, 'deny'>): string => {
  if (these === 'public') return 'everybody'
  return these.length === 0
    ? 'every trusted token'
    : `tokens with ${these.map(writeRequirement).join(', ')}`
}

const without = (lacked: Exclude<Requirements, 'public' | 'deny'>): readonly string[] =>
  lacked.length === 0 ? [] : [`without ${lacked.map(writeRequirement).join(' or without ')}`]
