/** The traffic, a column a second: tall is allowed, short is refused, hollow is not judged. */
import type { ActName, Beat, LaneName } from '../../api.ts'
import { button, h } from '../dom.ts'
import { ask, reasonOf } from '../http.ts'
import type { Shared } from '../state.ts'
import { shown } from '../text.ts'
import { signOf, WORDS } from '../verdict.ts'

const LANES: readonly (readonly [lane: LaneName, door: string, token: string])[] = [
  ['worker/old', 'Worker', 'first token'],
  ['worker/fresh', 'Worker', 'fresh token'],
  ['http-2.0/old', 'HTTP API', 'first token'],
  ['http-2.0/fresh', 'HTTP API', 'fresh token'],
  ['rest-token/old', 'REST API', 'first token'],
  ['rest-token/fresh', 'REST API', 'fresh token'],
]
const COLUMNS = 60

export function createStrip(shared: Shared) {
  const lanes = LANES.map(([name, door, token]) => createLane(name, door, token))
  const marks = h('div', { class: 'marks', attributes: { 'aria-hidden': 'true' } })
  const toggle = button('primary', () => void flip(), ['Start the traffic'])
  const said = h('p', { class: 'note', attributes: { role: 'status' } })
  let pending: string | null = null
  const flip = async () => {
    const act: ActName = shared.common.state.isTrafficOn ? 'traffic-off' : 'traffic-on'
    try {
      shared.change({ state: await ask('act', { act }) })
      shared.trouble(null)
    } catch (error) {
      shared.trouble(`No traffic: ${reasonOf(error)}.`)
    }
  }
  const show = () => {
    const { isTrafficOn } = shared.common.state
    toggle.textContent = isTrafficOn ? 'Stop the traffic' : 'Start the traffic'
    toggle.setAttribute('aria-pressed', String(isTrafficOn))
  }
  shared.watch('state', show)
  show()
  return {
    element: h(
      'section',
      { class: 'strip card', attributes: { 'aria-labelledby': 'strip-title' } },
      h(
        'div',
        { class: 'strip-head' },
        h('h2', { attributes: { id: 'strip-title' } }, 'Traffic'),
        renderLegend(),
        toggle,
      ),
      h('div', { class: 'lanes' }, ...lanes.map(({ element }) => element), marks),
      said,
    ),
    mark(text: string) {
      pending = text
      said.replaceChildren('Just now: ', shown(text))
    },
    beat(beats: readonly Beat[]) {
      for (const lane of lanes) lane.add(beats.find((beat) => beat.lane === lane.name))
      const flag = h('i', { class: pending === null ? '' : 'flag' })
      if (pending !== null) flag.title = pending
      pending = null
      push(marks, flag)
    },
  }
}

const renderLegend = (): HTMLElement =>
  h(
    'p',
    { class: 'legend', attributes: { 'aria-hidden': 'true' } },
    ...(['allow', 'deny', 'unavailable', 'none'] as const).map((mood) =>
      h('span', {}, h('i', { class: `beat ${mood}` }), WORDS[mood]),
    ),
  )

function push(row: HTMLElement, cell: HTMLElement): void {
  row.append(cell)
  while (row.childElementCount > COLUMNS) row.firstElementChild?.remove()
}

function createLane(name: LaneName, door: string, token: string) {
  const row = h('div', { class: 'beats', attributes: { 'aria-hidden': 'true' } })
  const now = h('span', { class: 'now' }, 'no call yet')
  return {
    name,
    element: h(
      'div',
      { class: 'lane' },
      h('span', { class: 'who' }, h('b', {}, door), ` ${token}`),
      row,
      now,
    ),
    add(beat: Beat | undefined) {
      if (!beat) return
      const cell = h('i', { class: `beat ${beat.verdict}` })
      cell.title = `${beat.status ?? 'no answer'} ${beat.reason}`
      push(row, cell)
      now.className = `now ${beat.verdict}`
      now.replaceChildren(signOf(beat.verdict), ` ${beat.status ?? ''} `, shown(beat.reason))
    },
  }
}
