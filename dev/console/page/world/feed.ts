/** Decisions of the running doors, the latest first. */
import type { WorldEvent } from '../../api.ts'
import { h } from '../dom.ts'
import { shown } from '../text.ts'
import { moodOf, signOf } from '../verdict.ts'

type Told = Extract<WorldEvent, { readonly type: 'visit' | 'keys' | 'act' }>

const MOST = 200

export function createFeedList() {
  const list = h('ol')
  const log = h(
    'div',
    { class: 'feed', attributes: { role: 'log', 'aria-label': 'Decisions', tabindex: '0' } },
    list,
  )
  const empty = h(
    'p',
    { class: 'note' },
    'Nothing yet: paste a curl line of the terminal, or break something.',
  )
  return {
    element: h(
      'section',
      { class: 'card feed-card', attributes: { 'aria-labelledby': 'feed-title' } },
      h('h2', { attributes: { id: 'feed-title' } }, 'Decisions, live'),
      h('p', { class: 'note' }, "All but the traffic's own calls."),
      empty,
      log,
    ),
    add(event: Told) {
      empty.hidden = true
      list.prepend(renderEvent(event))
      while (list.childElementCount > MOST) list.lastElementChild?.remove()
    },
  }
}

const timeOf = (at: number): string => new Date(at).toTimeString().slice(0, 8)

function renderEvent(event: Told): HTMLElement {
  const time = h('time', {}, timeOf(event.at))
  if (event.type === 'act')
    return h('li', { class: 'told-act' }, time, h('span', {}, shown(event.text)))
  if (event.type === 'keys') {
    return h(
      'li',
      { class: 'told-keys' },
      time,
      h('b', {}, event.door),
      h('span', {}, 'keys: ', shown(event.text)),
    )
  }
  const { door, method, path, status, reason } = event.visit
  const mood = moodOf(status)
  return h(
    'li',
    {},
    time,
    h('b', {}, door),
    h('span', { class: `status ${mood}` }, signOf(mood), ` ${status ?? '---'}`),
    h('span', { class: 'mono' }, shown(`${method} ${path}`, 80)),
    h('span', { class: 'why' }, shown(reason)),
  )
}
