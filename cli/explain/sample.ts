/** A request that a pattern answers: parameters filled in so that no other pattern takes it. */
import { own } from '../../shared/json.ts'
import type { Segment } from '../../shared/policy/pattern.ts'
import type { Route } from '../../shared/policy/route.ts'
import type { Access, Rules } from '../../shared/policy/rules.ts'

export interface SampleRequest {
  readonly method: string
  /** Percent-encoded. */
  readonly path: string
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']
/** One of them is no literal of a neighbour. */
const VALUES = ['42', 'x7', 'q-1', 'zz9']

/** `values`: for parameters that must have a certain one. null: other patterns answer all of its requests. */
export function sampleRequest(
  route: Route<Access>,
  { table }: Rules,
  values: Readonly<Record<string, string>> = {},
): SampleRequest | null {
  const { pattern } = route
  const methods = pattern.method === '*' ? METHODS : [pattern.method]
  for (const value of VALUES) {
    const segments = pattern.segments.map((segment) => fill(segment, values, value))
    const method = methods.find((one) => table.match(one, segments) === route)
    if (method) return { method, path: `/${segments.map(encodeURIComponent).join('/')}` }
  }
  return null
}

const fill = (
  segment: Segment,
  values: Readonly<Record<string, string>>,
  other: string,
): string => {
  if (segment.kind === 'literal') return segment.text
  const value = own(values, segment.name)
  return typeof value === 'string' ? value : other
}
