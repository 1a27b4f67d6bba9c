/** The same request at every front door, side by side; below, what exactly one of them answers. */
import type { Door, Explanation } from '../../../../cli/explain/explanation.ts'
import { h } from '../dom.ts'
import { linkTabs } from '../tabs.ts'
import { breakable } from '../text.ts'
import { moodOf, signOf } from '../verdict.ts'
import { renderAnswer } from './answer.ts'

const SHORT: Readonly<Record<Door['door'], readonly [name: string, detail: string]>> = {
  worker: ['Worker', 'Cloudflare'],
  'rest-token': ['REST API', 'TOKEN'],
  'rest-request': ['REST API', 'REQUEST'],
  'http-1.0': ['HTTP API', 'payload 1.0'],
  'http-2.0-simple': ['HTTP API', '2.0, simple'],
  'http-2.0-iam': ['HTTP API', '2.0, IAM'],
  websocket: ['WebSocket', '$connect'],
}

export function renderDoors(
  { doors }: Explanation,
  opened: number,
  open: (index: number) => void,
): HTMLElement {
  const panel = h('div', {
    class: 'door-answer',
    attributes: { role: 'tabpanel', id: 'door-answer', 'aria-live': 'off' },
  })
  const tiles = doors.map(renderTile)
  const select = linkTabs(tiles, (index) => {
    const door = doors[index]
    open(index)
    panel.setAttribute('aria-labelledby', tiles[index]?.id ?? '')
    if (door) panel.replaceChildren(...renderAnswer(door))
  })
  select(opened)
  return h(
    'section',
    { class: 'doors card', attributes: { 'aria-labelledby': 'doors-title' } },
    h('h2', { attributes: { id: 'doors-title' } }, 'At every front door'),
    h(
      'div',
      { class: 'tiles', attributes: { role: 'tablist', 'aria-label': 'Front doors' } },
      ...tiles,
    ),
    panel,
  )
}

function renderTile(door: Door): HTMLElement {
  const mood = moodOf(door.status)
  const [name, detail] = SHORT[door.door]
  return h(
    'button',
    {
      class: `tile ${mood}`,
      attributes: {
        type: 'button',
        role: 'tab',
        id: `door-${door.door}`,
        'aria-controls': 'door-answer',
      },
    },
    h('span', { class: 'name' }, name),
    h('span', { class: 'detail' }, detail),
    h(
      'span',
      { class: 'status' },
      signOf(mood),
      door.status === null ? 'n/a' : String(door.status),
    ),
    h('span', { class: 'why' }, door.code ? breakable(door.code) : mood === 'allow' ? 'allow' : ''),
  )
}
