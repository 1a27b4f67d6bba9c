/** The fields of the question, and how they are laid out. */
import type { RouteView } from '../../api.ts'
import { button, h } from '../dom.ts'
import { shown } from '../text.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

const AS_IT_IS = { spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off' } as const

/** When to ask: at once, or when the typing pauses. */
export interface Told {
  readonly now: () => void
  readonly later: () => void
}

export type Fields = ReturnType<typeof createFields>

export const createFields = () => ({
  token: h('textarea', {
    attributes: {
      ...AS_IT_IS,
      id: 'token',
      rows: '5',
      placeholder: 'Paste an access token',
      'aria-describedby': 'token-note',
    },
  }),
  note: h('p', { class: 'note', attributes: { id: 'token-note', role: 'status' } }),
  method: h(
    'select',
    { attributes: { id: 'method', 'aria-label': 'Method' } },
    ...METHODS.map((name) => h('option', {}, name)),
  ),
  path: h('input', { attributes: { ...AS_IT_IS, id: 'path', type: 'text' } }),
  send: h(
    'button',
    { class: 'plain', attributes: { type: 'button' } },
    'Send to the running doors',
  ),
  sent: h('ul', { class: 'sent', attributes: { role: 'status' } }),
  headers: h('textarea', {
    attributes: { ...AS_IT_IS, id: 'headers', rows: '2', placeholder: 'Name: value' },
  }),
})

export function layOut(
  { token, note, method, path, headers, send, sent }: Fields,
  chips: readonly HTMLElement[],
  routes: readonly HTMLElement[],
  changed: () => void,
): HTMLElement {
  const submit = (event: Event) => {
    event.preventDefault()
    changed()
  }
  return h(
    'form',
    { class: 'ask card', on: { submit }, attributes: { 'aria-label': 'Token and request' } },
    label('token', 'Token'),
    group('Sample tokens', 'chips', chips),
    token,
    note,
    label('path', 'Request'),
    h('div', { class: 'target' }, method, path),
    group('Configured routes', 'routes', routes),
    h('details', {}, h('summary', {}, 'More headers'), label('headers', 'Header lines'), headers),
    send,
    sent,
  )
}

const label = (target: string, text: string): HTMLElement =>
  h('label', { attributes: { for: target } }, text)

const group = (name: string, kind: string, items: readonly HTMLElement[]): HTMLElement =>
  h('div', { class: kind, attributes: { role: 'group', 'aria-label': name } }, ...items)

export const renderChip = (name: string, story: string, press: () => void): HTMLElement =>
  button('chip', press, [name], { 'aria-pressed': 'false', title: story || 'no token at all' })

export const renderRoute = (route: RouteView, press: () => void): HTMLElement =>
  button(
    'route',
    press,
    [h('span', { class: 'mono' }, shown(route.pattern)), h('small', {}, shown(route.asks))],
    { 'aria-pressed': 'false' },
  )
