/** The same calls on an axis of time: a bar for as long as an answer is kept, a dot for each call. */
import type { Moment, TimelineQuestion } from '../../api.ts'
import { h } from '../dom.ts'
import { shown } from '../text.ts'
import { moodOf } from '../verdict.ts'

interface Placed {
  readonly moment: Moment
  readonly sample: string
}

/** What it shows is said in words by the list below it. */
export function renderAxis({ calls }: TimelineQuestion, moments: readonly Moment[]): HTMLElement {
  const placed = moments.map((moment, at) => ({ moment, sample: calls[at]?.sample ?? 'no token' }))
  const ends = moments.map(({ at, keptUntil }) => keptUntil ?? at)
  const end = Math.max(1, ...ends)
  const lanes = [...Map.groupBy(placed, ({ sample }) => sample)]
  return h(
    'div',
    { class: 'axis', attributes: { 'aria-hidden': 'true' } },
    ...lanes.map(([sample, own]) => renderLane(sample, own, end)),
    h('div', { class: 'scale' }, h('span', {}, '0 s'), h('span', {}, `${end} s`)),
  )
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(3)}%`

function renderLane(sample: string, own: readonly Placed[], end: number): HTMLElement {
  const bars = own
    .filter(({ moment: { use, keptUntil } }) => use === 'invoked' && keptUntil !== null)
    .map(({ moment: { at, keptUntil } }) =>
      h('i', {
        class: 'kept-bar',
        vars: { from: percent(at, end), width: percent((keptUntil ?? at) - at, end) },
      }),
    )
  const dots = own.map(({ moment: { at, status, use } }) =>
    h('i', {
      class: `dot ${moodOf(status)} ${use === 'invoked' ? 'asked' : ''}`,
      vars: { from: percent(at, end) },
    }),
  )
  return h('div', { class: 'axis-lane' }, h('b', {}, shown(sample)), h('div', {}, ...bars, ...dots))
}
