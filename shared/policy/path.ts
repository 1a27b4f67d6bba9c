/**
 * A path as segments, percent-decoded exactly once, or nothing where two readers could disagree
 * about it (§9.6): encoded separators, empty or dot segments, backslashes, NUL, broken escapes.
 */

/** Some servers drop `;…` before they resolve dots, so `/..;` is a dot segment too. */
const AMBIGUOUS = /^(?!\/)|\/\/|\\|\0|%(?:2f|5c|00)|\/(?:\.|%2e){1,2}(?:;|%3b|\/|$)/i

/** One trailing slash says nothing; a path of segments `[]` is the root. */
export function readPath(path: string): readonly string[] | undefined {
  if (AMBIGUOUS.test(path)) return undefined
  const segments = path.replace(/\/$/, '').split('/').slice(1)
  if (!path.includes('%')) return segments
  try {
    return segments.map(decodeURIComponent)
  } catch {
    return undefined
  }
}
