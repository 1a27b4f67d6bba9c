/** Path templates of OpenAPI as patterns. */

/** null: a segment is a parameter in part (`{id}.json`), which no pattern can say. */
export function toPatternPath(path: string): string | null {
  // A slash at the end makes no other pattern.
  const segments = path
    .replace(/(?<=.)\/$/, '')
    .split('/')
    .map(toSegment)
  return segments.includes(null) ? null : segments.join('/')
}

/** Names may hold what ours may not. `{proxy+}` is how API Gateway exports a greedy one. */
function toSegment(segment: string): string | null {
  const [, name, greedy = ''] = /^\{([^{}]+?)(\+?)\}$/.exec(segment) ?? []
  if (name === undefined) return /[{}]/.test(segment) ? null : segment
  const clean = name.replace(/[^\w-]/g, '_').replace(/^[^A-Za-z_]/, '_$&')
  return `{${clean}${greedy}}`
}
