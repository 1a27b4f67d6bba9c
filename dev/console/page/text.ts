/** Text of others, on its way to the eye: isolated from its neighbours, what cannot be seen named. */
import { MISLEADING } from '../../../cli/printable.ts'
import { h, type Child } from './dom.ts'

const MOST = 2000

/** Its direction ends where it ends; control and invisible characters are written out as U+…. */
export function shown(text: string, most = MOST): HTMLElement {
  const cut = text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text
  return h('bdi', { class: 'shown' }, ...pieces(cut))
}

function pieces(text: string): readonly Child[] {
  const found: Child[] = []
  let from = 0
  for (const match of text.matchAll(MISLEADING)) {
    found.push(text.slice(from, match.index), nameCharacter(match[0]))
    from = match.index + match[0].length
  }
  return [...found, text.slice(from)]
}

function nameCharacter(character: string): HTMLElement {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return h('span', { class: 'hidden-character' }, `U+${code}`)
}

/** Our own sentence around configured values, which stand between backticks. */
export const prose = (text: string): HTMLElement =>
  h(
    'span',
    {},
    ...text
      .split('`')
      .map((piece, at) => (at % 2 === 0 ? shown(piece) : h('code', {}, shown(piece)))),
  )

/** A code may break where its words end. */
export const breakable = (word: string): HTMLElement =>
  h(
    'span',
    {},
    ...word.split('_').flatMap((piece, at) => (at === 0 ? [piece] : ['_', h('wbr'), piece])),
  )

/** JSON, line by line. */
export function code(value: unknown): HTMLElement {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')
  return lines(text.split('\n'))
}

export const lines = (all: readonly string[]): HTMLElement =>
  h(
    'pre',
    { class: 'code', attributes: { tabindex: '0', role: 'group', 'aria-label': 'as sent' } },
    ...all.flatMap((line) => [shown(line), '\n']),
  )
