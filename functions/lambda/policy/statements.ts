/** What is allowed and denied as lists of resources, none of which another one makes needless. */
import { remember } from './remember.ts'
import {
  allowMoreResources,
  allowResources,
  denyResources,
  disguises,
  joinMethods,
} from './resource.ts'
import { covers } from './unit.ts'
import type { Part, Pattern } from './unit.ts'

/** Resources behind the stage. */
export interface Statements {
  readonly allow: readonly string[]
  /** In place of `allow` where there is room: spellings are in it that few clients use. */
  readonly allowMore: readonly string[]
  readonly deny: readonly string[]
  /** In place of `deny` where there is room: deeper paths are in it, which an Allow matches and no route. */
  readonly denyMore: readonly string[]
}

/** Spellings that a fresh call refuses as `path_ambiguous`, and that `?*` would swallow. */
const AMBIGUOUS =
  String.raw`*//* *\* *%2f* *%2F* *%5c* *%5C* *%00* */. */.. */./* */../* */.;* */..;* */.%3b* */.%3B* */..%3b* */..%3B* *%2e* *%2E*`.split(
    ' ',
  )

export interface Compiled {
  readonly allowed: readonly Pattern[]
  readonly denied: readonly Pattern[]
  readonly deeper: readonly Pattern[]
  readonly isOpen: boolean
}

/** null: a path that is to be denied has too many spellings. */
export function createWriter(
  methods: readonly string[],
  isFixed: (pattern: Pattern) => boolean,
): (compiled: Compiled) => Statements | null {
  const writeAllow = remember(allowResources, isFixed)
  const writeAllowMore = remember(allowMoreResources, isFixed)
  const writeRefused = remember(denyResources, isFixed)

  return ({ allowed, denied, deeper, isOpen }) => {
    const from = isOpen ? 0 : firstWild(allowed)
    const hidden = denied.flatMap(({ parts }) => textsOf(parts, from))
    const always = from < Infinity ? [...disguises(hidden), ...AMBIGUOUS] : []
    const writeDeny = (patterns: readonly Pattern[]): readonly string[] | null => {
      const resources = patterns.map(writeRefused)
      return resources.every(isWritten)
        ? [...joinMethods(distinct(resources.flat()), methods), ...always]
        : null
    }
    const deny = writeDeny(uncovered(denied))
    if (deny === null) return null
    const denyMore = writeDeny(uncovered([...denied, ...deeper])) ?? deny
    // Neither `*` nor `???`: of a method that API Gateway does not know, no Deny may be written.
    const allow = isOpen
      ? methods.map((method) => `${method}/*`)
      : distinct(allowed.flatMap(writeAllow))
    const more = isOpen ? [] : allowed.map(writeAllowMore)
    const allowMore = more.some(isWritten)
      ? distinct(allowed.flatMap((pattern, index) => more[index] ?? writeAllow(pattern)))
      : allow
    return { allow, allowMore, deny, denyMore }
  }
}

const distinct = (resources: readonly string[]): readonly string[] => [...new Set(resources)]

const isWritten = (resources: readonly string[] | null): resources is readonly string[] =>
  resources !== null

const textsOf = (parts: readonly Part[], from: number): readonly string[] =>
  parts.slice(from).flatMap((part) => ('text' in part ? part.text : []))

/** Before it, all that is allowed is literal. */
const firstWild = (patterns: readonly Pattern[]): number =>
  Math.min(
    ...patterns
      .map(({ parts }) => parts.findIndex((part) => 'parameter' in part))
      .filter((at) => at >= 0),
  )

/** Without those that another one matches as well, and more: equals are written once. */
export const uncovered = (patterns: readonly Pattern[]): readonly Pattern[] =>
  patterns.filter(
    ({ method, parts }) =>
      !patterns.some(
        (other) =>
          other.method === method && covers(other.parts, parts) && !covers(parts, other.parts),
      ),
  )
