/** Path templates of OpenAPI as patterns. */

/** null: a segment is a parameter in part (`{id}.json`), which no pattern can say. */
export function toPatternPath(path: string): string | null {
  const segments = path.split('/').map(toSegment)
  return segments.includes(null) ? null : segments.join('/')
}

/** Names may hold what ours may not. */
function toSegment(segment: string): string | null {
  const [, name] = /^\{([^{}]+)\}$/.exec(segment) ?? []
  if (name !== undefined) return `{${name.replace(/[^\w-]/g, '_').replace(/^[^A-Za-z_]/, '_$&')}}`
  return /[{}]/.test(segment) ? null : segment
}
