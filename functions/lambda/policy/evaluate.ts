/** What statements say of one request, as IAM reads them: a Deny that matches wins. */
import type { Statements } from './statements.ts'

export function evaluate(
  { allow, deny }: Pick<Statements, 'allow' | 'deny'>,
  resource: string,
): 'allow' | 'deny' | 'none' {
  if (deny.some((pattern) => matches(pattern, resource))) return 'deny'
  return allow.some((pattern) => matches(pattern, resource)) ? 'allow' : 'none'
}

/** `*` is any text, slashes included, `?` one character. Goes back to the last `*` only, so it is linear in practice. */
function matches(pattern: string, text: string): boolean {
  let [at, from, star] = [0, 0, -1]
  for (let index = 0; index < text.length;) {
    if (pattern[at] === '*') {
      star = at
      at += 1
      from = index
    } else if (pattern[at] === '?' || pattern[at] === text[index]) {
      at += 1
      index += 1
    } else if (star >= 0) {
      at = star + 1
      from += 1
      index = from
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}
