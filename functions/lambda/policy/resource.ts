/** Patterns as resources of a policy, behind the stage: `GET/users/?*`. */
import type { Part, Pattern } from './unit.ts'

const WILD = '?*'

/**
 * Both spellings the ARN of a request has: segments decoded and percent-encoded, with and without
 * one trailing slash. A value that holds a `%` is only listed encoded: as it is, it would be the
 * spelling of another value. No text in it holds a wildcard: literals cannot, bound values do not.
 */
export function allowResources(pattern: Pattern): readonly string[] {
  const { parts } = pattern
  return write(pattern, [...(hasEscape(pattern) ? [] : [parts.map(asItIs)]), parts.map(encoded)])
}

/** Of a name such as `auth0|me@example.com`; of one with more, the two spellings have to do. */
const ALLOWED_SPELLINGS = 12

/** The spellings of other clients as well: escapes in small letters, some signs encoded and some not. null: none. */
export function allowMoreResources(pattern: Pattern): readonly string[] | null {
  if (hasEscape(pattern) || pattern.parts.every(isPlain)) return null
  const paths = spellPaths(pattern, ALLOWED_SPELLINGS)
  return paths && write(pattern, paths)
}

const isPlain = (part: Part): boolean => !('text' in part) || PLAIN.test(part.text)

/** What `encodeURIComponent` leaves as it is. */
const PLAIN = /^[\w.!~*'()-]*$/

const hasEscape = ({ parts }: Pattern): boolean =>
  parts.some((part) => 'text' in part && part.text.includes('%'))

const asItIs = (part: Part): string => ('text' in part ? part.text : WILD)

const encoded = (part: Part): string => ('text' in part ? encodeURIComponent(part.text) : WILD)

/** Spellings of one path; past this it is said to have too many. */
const SPELLINGS = 32

/** Each spelling that decodes to the same, because one that is missing would be let through. null: too many. */
export function denyResources(pattern: Pattern): readonly string[] | null {
  const paths = spellPaths(pattern, SPELLINGS)
  return paths && write(pattern, paths)
}

function spellPaths({ parts }: Pattern, most: number): readonly (readonly string[])[] | null {
  let paths: readonly (readonly string[])[] = [[]]
  for (const part of parts) {
    const texts = 'text' in part ? spell(part.text) : [WILD]
    paths = paths.flatMap((path) => texts.map((text) => [...path, text]))
    if (paths.length > most) return null
  }
  return paths
}

/** Escapes that nobody needs, of letters and digits, are left to `disguises`. */
function spell(text: string): readonly string[] {
  if (PLAIN.test(text)) return [text]
  let spellings = ['']
  for (const character of text) {
    const forms = formsOf(character)
    spellings = spellings.flatMap((start) => forms.map((form) => start + form))
    if (spellings.length > SPELLINGS) break
  }
  return spellings
}

const formsOf = (character: string): readonly string[] => {
  const escape = encodeURIComponent(character)
  if (escape === character) return [character]
  let forms = ['']
  for (const digit of escape) {
    const cases = new Set([digit, digit.toLowerCase()])
    forms = forms.flatMap((start) => [...cases].map((one) => start + one))
  }
  return [character, ...forms]
}

function write(
  { method, parts }: Pattern,
  paths: readonly (readonly string[])[],
): readonly string[] {
  const last = parts.at(-1)
  const ends = last && 'text' in last ? ['', '/'] : ['']
  const texts = paths.flatMap((path) => ends.map((end) => `${method}/${path.join('/')}${end}`))
  return [...new Set(texts)]
}

/**
 * A refused route inside an allowed wildcard could be reached with a letter of its name
 * percent-encoded, which nobody needs to do: these resources deny it. Each is exact, because other
 * characters (`@`, `|`, `:`) are encoded by everybody.
 */
export function disguises(texts: readonly string[]): readonly string[] {
  const letters = [...new Set(texts.join(''))].filter((letter) => /[\w~!'()-]/.test(letter))
  const codes = letters.map((letter) => letter.charCodeAt(0).toString(16))
  return [...new Set([...codes, ...codes.map((code) => code.toUpperCase())])].map(
    (code) => `*%${code}*`,
  )
}

/**
 * `PUT/a` and `GET/a` are `???/a`: no other method that API Gateway knows has its slash there. (Of
 * four letters it would not be safe: `????/a` is `GET//a`, too.) Only for what is denied: an HTTP API
 * may know others, such as `ACL`, by its `ANY`. `methods`: all that any route names.
 */
export function joinMethods(
  resources: readonly string[],
  methods: readonly string[],
): readonly string[] {
  const short = methods.filter(({ length }) => length === 3)
  if (short.length < 2) return resources
  const all = new Set(resources)
  const pathOf = (resource: string) => resource.slice(3)
  const isShort = (resource: string) => resource[3] === '/'
  const isJoined = (resource: string) =>
    isShort(resource) && short.every((method) => all.has(method + pathOf(resource)))
  const joined = resources.map((resource) =>
    isJoined(resource) ? `???${pathOf(resource)}` : resource,
  )
  return [...new Set(joined)]
}
