/** JSON that means one thing: an object, no member twice, no deeper than a bound. */
import { JSON_DEPTH, NUMERIC_DATE_MAX_SECONDS } from './limits.ts'

export type JsonObject = Readonly<Record<string, unknown>>

const SPACE = 32
const COLON = 58
const BACKSLASH = 92

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An own member, or undefined: a claim called `constructor` or `__proto__` grants nothing. */
export const own = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** The same of whatever was parsed: undefined, too, where that is no object. */
export const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) ? own(value, name) : undefined

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * RFC 7515 §4 and RFC 7519 §4 let a parser take the last of two members of one name; a backend may
 * take the first. So two are refused, at every level: the members written in the text are counted
 * and compared with the members that parsing left.
 */
export function parseStrictObject(text: string): JsonObject | undefined {
  const value = parseJson(text)
  const isStrict = isObject(value) && membersHeld(value, JSON_DEPTH) === membersWritten(text)
  return isStrict ? value : undefined
}

/** Members of a value and all it holds; NaN, which equals nothing, when it is too deep. */
function membersHeld(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth === 0) return Number.NaN
  const items = Array.isArray(value) ? value : Object.values(value)
  let count = items === value ? 0 : items.length
  for (const item of items) if (typeof item === 'object') count += membersHeld(item, depth - 1)
  return count
}

/** Strings followed by a colon, in text that is known to be JSON. */
function membersWritten(text: string): number {
  let count = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    do at = text.indexOf('"', at + 1)
    while (isEscaped(text, at))
    do at += 1
    while (text.charCodeAt(at) <= SPACE)
    if (text.charCodeAt(at) === COLON) count += 1
  }
  return count
}

function isEscaped(text: string, at: number): boolean {
  let start = at
  while (text.charCodeAt(start - 1) === BACKSLASH) start -= 1
  return (at - start) % 2 === 1
}

/** Half a surrogate pair has no UTF-8: two such texts would be one to whoever is told. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed()

export const isFilledText = (value: unknown): value is string => isText(value) && value !== ''

/** `1e999` parses to Infinity, which a bare `typeof` would take for "never expires". */
export const isDate = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= NUMERIC_DATE_MAX_SECONDS
