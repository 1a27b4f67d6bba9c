/** A pattern of the IAM policy language: `*` any characters, `?` exactly one, the rest itself. */

type Token = '*' | '?' | { readonly literal: string }

const LITERAL_VARIABLE = /^\$\{(?<literal>[*?$])\}/u

const ANY_VARIABLE = /^\$\{[^}]*\}/u

const readToken = (rest: string, variables: boolean): readonly [Token, length: number] | null => {
  if (variables && ANY_VARIABLE.test(rest)) {
    // IAM: `${*}`, `${?}` and `${$}` stand for the character itself. A variable without a value
    // in the request makes the whole pattern match nothing.
    const literal = LITERAL_VARIABLE.exec(rest)?.groups?.['literal']
    return literal === undefined ? null : [{ literal }, 4]
  }
  const [character = ''] = rest
  return character === '*' || character === '?'
    ? [character, 1]
    : [{ literal: character }, character.length]
}

const readTokens = (pattern: string, variables: boolean): readonly Token[] | null => {
  const tokens: Token[] = []
  for (let rest = pattern; rest !== '';) {
    const read = readToken(rest, variables)
    if (read === null) return null
    tokens.push(read[0])
    rest = rest.slice(read[1])
  }
  return tokens
}

const fits = (token: Token | undefined, character: string | undefined): boolean =>
  token !== undefined &&
  token !== '*' &&
  character !== undefined &&
  (token === '?' || token.literal === character)

/**
 * Anchored at both ends and case-sensitive. `*` spans slashes and colons: inside the resource part
 * of an ARN nothing is a separator (IAM "Resource"; dherault/serverless-offline issue 560). On a
 * mismatch the last `*` takes one character more, so the cost is bounded by the product of the
 * lengths, unlike that of a regular expression.
 */
export const matchPattern = (pattern: string, text: string, variables = true): boolean => {
  const tokens = readTokens(pattern, variables)
  if (tokens === null) return false
  const characters = [...text]
  let at = 0
  let star = -1
  let mark = 0
  for (let index = 0; index < characters.length;) {
    if (tokens[at] === '*') {
      star = at
      at += 1
      mark = index
    } else if (fits(tokens[at], characters[index])) {
      at += 1
      index += 1
    } else if (star === -1) {
      return false
    } else {
      at = star + 1
      mark += 1
      index = mark
    }
  }
  return tokens.slice(at).every((token) => token === '*')
}
