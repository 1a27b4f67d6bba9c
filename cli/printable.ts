/**
 * Text of others on its way to a terminal. A terminal obeys control characters, and people read what
 * bidirectional and invisible ones make of a line, so all of them are written out as escapes.
 */

/** Controls, formats (bidi, zero width, tags), surrogates, unassigned; line and paragraph separators. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu
/** Spaces that look like U+0020 or like nothing, and marks that pile up on one another. */
const CONFUSING = /[^\P{Zs} ]|[\u115f\u1160\u3164\uffa0\u2800]|\u034f|(?<=\p{M}{3})\p{M}/gu

/** Every character that a person would misread, or not see. */
export const MISLEADING = new RegExp(`${UNSAFE.source}|${CONFUSING.source}`, 'gu')

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const escape = (character: string): string =>
  SHORT[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`

export const printable = (text: string): string =>
  text.replace(UNSAFE, escape).replace(CONFUSING, escape)

export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** As JSON, in one line, cut where it is too long for a person. */
export const printableValue = (value: unknown, most = 120): string =>
  shorten(typeof value === 'string' ? printable(value) : printable(JSON.stringify(value)), most)

/** JSON that parses to the same value, and that is safe to look at. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => line.replace(UNSAFE, escapeJson).replace(CONFUSING, escapeJson))
    .join('\n')

const escapeJson = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')

export const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.max(most - 1, 0)).toWellFormed()}…`

const ESCAPE = String.fromCharCode(27)
const COLOUR = new RegExp(`(${ESCAPE}\\[[\\d;]*m)`)

/** Our own colours, and nothing else that a terminal would obey: the last guard before a stream. */
export const guard = (text: string): string =>
  text
    .split(COLOUR)
    .map((piece, index) => (index % 2 === 1 ? piece : printableLines(piece)))
    .join('')
