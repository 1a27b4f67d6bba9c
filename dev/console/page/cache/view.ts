/** API Gateway's result cache over a sequence of calls: which are answered by whom, and with what. */
import type { TimelineCall, TimelineKind, TimelineQuestion } from '../../api.ts'
import { button, h } from '../dom.ts'
import { ask } from '../http.ts'
import type { Shared } from '../state.ts'
import { createCallRow, type CallRow } from './call.ts'
import { SCENES } from './scenes.ts'
import { renderTimeline } from './timeline.ts'

const KINDS: readonly (readonly [kind: TimelineKind, title: string])[] = [
  ['rest-token', 'REST API, TOKEN'],
  ['rest-request', 'REST API, REQUEST'],
  ['http-1.0', 'HTTP API, payload 1.0'],
  ['http-2.0', 'HTTP API, payload 2.0'],
]
const SETTLE_MS = 200
const MOST_CALLS = 40

export function createCacheView(panel: HTMLElement, shared: Shared): () => void {
  const kind = h(
    'select',
    { attributes: { id: 'cache-kind' } },
    ...KINDS.map(([value, title]) => h('option', { attributes: { value } }, title)),
  )
  const ttl = h('input', {
    attributes: { id: 'cache-ttl', type: 'number', min: '0', max: '3600', value: '60' },
  })
  const list = h('ol', { class: 'calls' })
  const chart = h('div', { class: 'chart card', attributes: { 'aria-live': 'polite' } })
  const rows: CallRow[] = []
  let timer = 0
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void play(), SETTLE_MS)
  }
  const add = (call: TimelineCall) => {
    if (rows.length >= MOST_CALLS) return
    const row = createCallRow(shared.common.world, call, {
      changed: later,
      remove: () => {
        rows.splice(rows.indexOf(row), 1)
        row.element.remove()
        later()
      },
    })
    rows.push(row)
    list.append(row.element)
  }
  const stage = (calls: readonly TimelineCall[]) => {
    rows.length = 0
    list.replaceChildren()
    for (const call of calls) add(call)
    void play()
  }
  const play = async () => {
    const question: TimelineQuestion = {
      kind: KINDS.find(([value]) => value === kind.value)?.[0] ?? 'rest-token',
      ttlSeconds: Math.min(3600, Math.max(0, Math.round(ttl.valueAsNumber || 0))),
      calls: rows.map((row) => row.read()),
      clockSeconds: shared.common.clockSeconds,
    }
    if (question.calls.length === 0) return chart.replaceChildren(h('p', {}, 'No calls yet.'))
    try {
      chart.replaceChildren(renderTimeline(question, await ask('timeline', question)))
      shared.trouble(null)
    } catch (error) {
      shared.trouble(`No timeline: ${error instanceof Error ? error.message : 'it failed'}.`)
    }
  }
  for (const field of [kind, ttl]) field.addEventListener('input', later)
  shared.watch('clock', () => void (panel.hidden || play()))
  const scenes = SCENES(shared.common.world).map(([title, calls]) =>
    button('chip', () => stage(calls), [title]),
  )
  panel.append(
    ...layOut({
      kind,
      ttl,
      list,
      chart,
      scenes,
      add: () => {
        add(rows.at(-1)?.read() ?? { sample: 'read', method: 'GET', path: '/', after: 0 })
        later()
      },
    }),
  )
  return () => {
    if (rows.length === 0) scenes[0]?.click()
    else void play()
  }
}

interface Pieces {
  readonly kind: HTMLElement
  readonly ttl: HTMLElement
  readonly list: HTMLElement
  readonly chart: HTMLElement
  readonly scenes: readonly HTMLElement[]
  readonly add: () => void
}

const field = (id: string, text: string, element: HTMLElement): HTMLElement =>
  h('div', { class: 'field' }, h('label', { attributes: { for: id } }, text), element)

const layOut = ({ kind, ttl, list, chart, scenes, add }: Pieces): readonly HTMLElement[] => [
  h(
    'div',
    { class: 'lead' },
    h('h2', {}, 'What the cache answers'),
    h(
      'p',
      {},
      'API Gateway keeps the policy of a token for a while and answers by it. Each call below runs through the model of API Gateway, and beside it through one without a memory.',
    ),
  ),
  h(
    'div',
    { class: 'cache-layout' },
    h(
      'form',
      {
        class: 'card sequence',
        on: { submit: (event) => event.preventDefault() },
        attributes: { 'aria-label': 'Sequence of calls' },
      },
      h(
        'div',
        { class: 'chips', attributes: { role: 'group', 'aria-label': 'Scenes' } },
        ...scenes,
      ),
      h(
        'div',
        { class: 'fields' },
        field('cache-kind', 'API', kind),
        field('cache-ttl', 'TTL, seconds', ttl),
      ),
      list,
      button('plain', add, ['Add a call']),
    ),
    chart,
  ),
]
