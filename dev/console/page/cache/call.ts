/** One call of the sequence, to be edited. */
import type { TimelineCall, World } from '../../api.ts'
import { button, h } from '../dom.ts'

export interface CallRow {
  readonly element: HTMLElement
  read(): TimelineCall
}

interface Told {
  readonly changed: () => void
  readonly remove: () => void
}

const NONE = 'no token'

export function createCallRow(world: World, call: TimelineCall, told: Told): CallRow {
  const after = h('input', {
    attributes: {
      type: 'number',
      min: '0',
      max: '86400',
      'aria-label': 'Seconds after the call before',
      value: String(call.after),
    },
  })
  const sample = choice(
    'Token',
    [NONE, ...world.samples.map(({ name }) => name)],
    call.sample ?? NONE,
  )
  const target = `${call.method} ${call.path}`
  const targets = world.routes
    .filter(({ path }) => path.startsWith('/'))
    .map(({ method, path }) => `${method} ${path}`)
  const request = choice('Request', [...new Set([...targets, target])], target)
  for (const field of [after, sample, request]) field.addEventListener('input', told.changed)
  return {
    element: h(
      'li',
      {},
      h('span', { class: 'wait' }, '+', after, 's'),
      sample,
      request,
      button('icon', told.remove, ['×'], { 'aria-label': 'Remove this call' }),
    ),
    read() {
      const [method = 'GET', path = '/'] = request.value.split(' ')
      return {
        sample: sample.value === NONE ? null : sample.value,
        method,
        path,
        after: Math.min(86_400, Math.max(0, after.valueAsNumber || 0)),
      }
    },
  }
}

const choice = (label: string, values: readonly string[], chosen: string): HTMLSelectElement =>
  h(
    'select',
    { attributes: { 'aria-label': label } },
    ...values.map((value) => h('option', { attributes: { selected: value === chosen } }, value)),
  )
