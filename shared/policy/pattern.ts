/** `METHOD /path/{name}/{rest+}` or `$connect`, taken apart and checked. */
import { err, ok } from '../reasons.ts'
import type { Result } from '../reasons.ts'

export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  /** One segment or more; always the last. */
  | { readonly kind: 'greedy'; readonly name: string }

export interface RoutePattern {
  /** As it was written. */
  readonly text: string
  /** `*` for any. */
  readonly method: string
  readonly segments: readonly Segment[]
}

export const CONNECT = '$connect'

const METHOD = /^(?:\*|[A-Z]+)$/
const PARAMETER = /^\{([A-Za-z_][\w-]*)(\+?)\}$/
/** What no literal segment may hold: it would not survive a URL or an IAM policy as itself. */
const RESERVED = /[{}*?#%\\\s\0]|\$\{/
const DOTS = /^\.{1,2}(?:;|$)/

export function parsePattern(text: string): Result<RoutePattern, string> {
  if (text === CONNECT) return ok({ text, method: CONNECT, segments: [] })
  const [method = '', path = '', ...more] = text.split(' ')
  if (!METHOD.test(method) || !path.startsWith('/') || more.length > 0) {
    return err('must be `METHOD /path`, the method in capitals or `*`, or `$connect`')
  }
  const written = path.replace(/\/$/, '').split('/').slice(1)
  const segments = written.map(parseSegment)
  const fault = findFault(segments)
  if (fault !== null) return err(fault)
  return ok({ text, method, segments: segments.filter((segment) => typeof segment !== 'string') })
}

/** A string is a fault. */
function parseSegment(written: string): Segment | string {
  if (written === '') return 'has an empty segment; write one slash'
  const [, name, greedy] = PARAMETER.exec(written) ?? []
  if (name !== undefined) return { kind: greedy === '+' ? 'greedy' : 'parameter', name }
  if (RESERVED.test(written) || DOTS.test(written) || !written.isWellFormed()) {
    return `has a segment \`${written}\` that no request matches; write it decoded, or as {name}`
  }
  return { kind: 'literal', text: written }
}

function findFault(segments: readonly (Segment | string)[]): string | null {
  const fault = segments.find((segment) => typeof segment === 'string')
  if (fault !== undefined) return fault
  const names = segments.flatMap((segment) => nameOf(segment) ?? [])
  if (new Set(names).size < names.length) return 'has two parameters of one name'
  const greedyAt = segments.findIndex((segment) => isGreedy(segment))
  return greedyAt >= 0 && greedyAt < segments.length - 1 ? 'must have `{name+}` last' : null
}

const nameOf = (segment: Segment | string): string | null =>
  typeof segment === 'string' || segment.kind === 'literal' ? null : segment.name

const isGreedy = (segment: Segment | string): boolean =>
  typeof segment !== 'string' && segment.kind === 'greedy'

export const parameterNames = ({ segments }: RoutePattern): readonly string[] =>
  segments.flatMap((segment) => nameOf(segment) ?? [])

/** Equal for two patterns that match the same requests: names of parameters do not count. */
export function shapeOf({ method, segments }: RoutePattern): string {
  const shapes = { literal: '=', parameter: '{}', greedy: '{+}' }
  const path = segments.map((segment) =>
    segment.kind === 'literal' ? `=${segment.text}` : shapes[segment.kind],
  )
  return `${method} /${path.join('/')}`
}
