/** The time that explanations, matrix and cache are judged at. */
import { find, h } from './dom.ts'
import type { Shared } from './state.ts'

const HOUR = 3600
const DAY = 24 * HOUR

const CHOICES: readonly (readonly [label: string, seconds: number])[] = [
  ['a day ago', -DAY],
  ['an hour ago', -HOUR],
  ['now', 0],
  ['in 30 minutes', HOUR / 2],
  ['in 2 hours', 2 * HOUR],
  ['in a day', DAY],
  ['in 31 days', 31 * DAY],
]

export function linkClock({ common, change, watch }: Shared): void {
  const select = find('clock', HTMLSelectElement)
  const note = find('clock-note', HTMLParagraphElement)
  const options = CHOICES.map(([label, seconds]) =>
    h('option', { attributes: { value: String(seconds), selected: seconds === 0 } }, label),
  )
  select.setAttribute('aria-label', 'Clock')
  select.append(...options)
  select.addEventListener('change', () => change({ clockSeconds: Number(select.value) }))
  watch('clock', () => {
    const chosen = CHOICES.find(([, seconds]) => seconds === common.clockSeconds)
    note.hidden = common.clockSeconds === 0
    note.textContent = `The clock is moved: explanations, matrix and cache are judged ${chosen?.[0] ?? ''}. The running doors keep this machine's time, which nobody can move for workerd.`
  })
}
