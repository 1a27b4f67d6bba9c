/** Which API, for how long it keeps answers, and how all of it is laid out. */
import type { TimelineKind } from '../../api.ts'
import { button, h } from '../dom.ts'
import type { Sequence } from './sequence.ts'

const KINDS: readonly (readonly [kind: TimelineKind, title: string])[] = [
  ['rest-token', 'REST API, TOKEN'],
  ['rest-request', 'REST API, REQUEST'],
  ['http-1.0', 'HTTP API, payload 1.0'],
  ['http-2.0', 'HTTP API, payload 2.0'],
]
const TTL_SECONDS = { least: 0, usual: 60, most: 3600 } as const

export type Fields = ReturnType<typeof createFields>

export const createFields = () => ({
  kind: h(
    'select',
    { attributes: { id: 'cache-kind' } },
    ...KINDS.map(([value, title]) => h('option', { attributes: { value } }, title)),
  ),
  ttl: h('input', {
    attributes: {
      id: 'cache-ttl',
      type: 'number',
      min: String(TTL_SECONDS.least),
      max: String(TTL_SECONDS.most),
      value: String(TTL_SECONDS.usual),
    },
  }),
})

export const readKind = ({ kind }: Fields): TimelineKind =>
  KINDS.find(([value]) => value === kind.value)?.[0] ?? 'rest-token'

export const readTtl = ({ ttl }: Fields): number =>
  Math.min(TTL_SECONDS.most, Math.max(TTL_SECONDS.least, Math.round(ttl.valueAsNumber || 0)))

const field = (id: string, text: string, element: HTMLElement): HTMLElement =>
  h('div', { class: 'field' }, h('label', { attributes: { for: id } }, text), element)

export const layOut = (
  { kind, ttl }: Fields,
  scenes: readonly HTMLElement[],
  sequence: Sequence,
  chart: HTMLElement,
): readonly HTMLElement[] => [
  h(
    'div',
    { class: 'lead' },
    h('h2', {}, 'What the cache answers'),
    h(
      'p',
      {},
      'API Gateway keeps the policy of a token for a while and answers by it. Each call runs through the model of API Gateway, and beside it through one without a memory.',
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
      sequence.element,
      button('plain', () => sequence.extend(), ['Add a call']),
    ),
    chart,
  ),
]
