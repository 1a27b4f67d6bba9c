/**
 * A path as segments, percent-decoded exactly once, or nothing where two readers could disagree
 * about it (§9.6): encoded separators, empty or dot segments, backslashes, NUL, broken escapes.
 */

const AMBIGUOUS = /\/\/|\\|\0|%(?:2f|5c|00)/i
/** Some servers drop `;…` before they resolve dots, so `..;` is a dot segment too. */
const DOT_SEGMENT = /^\.{1,2}(?:;|$)/

/** One trailing slash says nothing; a path of segments `[]` is the root. */
export function readPath(path: string): readonly string[] | null {
  if (!path.startsWith('/') || AMBIGUOUS.test(path)) return null
  const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length
  if (end === 1) return []
  const segments = path.slice(1, end).split('/')
  const plain = path.includes('%') ? decodeSegments(segments) : segments
  return plain === null || plain.some((segment) => DOT_SEGMENT.test(segment)) ? null : plain
}

function decodeSegments(segments: readonly string[]): readonly string[] | null {
  try {
    return segments.map(decodeURIComponent)
  } catch {
    return null
  }
}
