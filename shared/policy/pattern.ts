/** `METHOD /path/{name}/{rest+}` or `$connect`, taken apart and checked. */

export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `greedy`: one segment or more, and always the last. */
  | { readonly kind: 'parameter' | 'greedy'; readonly name: string }

export interface RoutePattern {
  /** As it was written. */
  readonly text: string
  /** `*` for any. */
  readonly method: string
  readonly segments: readonly Segment[]
}

export const CONNECT = '$connect'

const PATTERN = /^(\*|[A-Z]+) \/([^ ]*)$/
const PARAMETER = /^\{([A-Za-z_][\w-]*)(\+?)\}$/
/** What a literal segment cannot hold and stay itself in a URL and in an IAM policy. */
const RESERVED = /[{}*?#%\\\s\0\ud800-\udfff]|^\.{0,2}(?:;|$)/u

/** A text in place of a pattern says what is wrong. */
export function parsePattern(text: string): RoutePattern | string {
  if (text === CONNECT) return { text, method: CONNECT, segments: [] }
  const [, method, path] = PATTERN.exec(text) ?? []
  if (!method || path === undefined) return 'must be `METHOD /path`, `* /path` or `$connect`'
  // API Gateway's word for it; no request has that method.
  if (method === 'ANY') return 'must say `*` for any method'
  const written = path === '' ? [] : path.replace(/\/$/, '').split('/')
  const segments = written.map(parseSegment)
  const names = namesOf(segments)
  const isMisplaced = ({ kind }: Segment, index: number) =>
    kind === 'greedy' && index < segments.length - 1
  if (segments.some((segment) => segment.kind === 'literal' && RESERVED.test(segment.text))) {
    return 'has a segment no path has; write it decoded, or as {name}'
  }
  if (new Set(names).size < names.length) return 'names two parameters alike'
  return segments.some(isMisplaced) ? 'must have `{name+}` last' : { text, method, segments }
}

function parseSegment(text: string): Segment {
  const [, name, greedy] = PARAMETER.exec(text) ?? []
  if (!name) return { kind: 'literal', text }
  return { kind: greedy ? 'greedy' : 'parameter', name }
}

export const namesOf = (segments: readonly Segment[]): readonly string[] =>
  segments.flatMap((segment) => (segment.kind === 'literal' ? [] : segment.name))

/** Where the parameter of that name is; -1: the pattern has none. */
export const positionOf = (segments: readonly Segment[], name: string): number =>
  segments.findIndex((segment) => segment.kind !== 'literal' && segment.name === name)

/** Equal for two patterns that match the same requests: `GET /users/{}/files/{+}`. */
export const shapeOf = ({ method, segments }: RoutePattern): string =>
  `${method} /${segments.map(shapeOfSegment).join('/')}`

/** No literal holds a brace. */
const shapeOfSegment = (segment: Segment): string =>
  segment.kind === 'literal' ? segment.text : SHAPES[segment.kind]

const SHAPES = { parameter: '{}', greedy: '{+}' } as const
