/** The walk through the checks, in their order: the first that fails decides. */
import type { Explanation, Step } from '../../../../cli/explain/explanation.ts'
import { h } from '../dom.ts'
import { shown } from '../text.ts'

const SIGNS: Readonly<Record<Step['verdict'], string>> = {
  pass: '✓',
  fail: '✕',
  skipped: '–',
  'not reached': '·',
}

export const renderWalk = ({ steps }: Explanation): HTMLElement =>
  h(
    'section',
    { class: 'walk card', attributes: { 'aria-labelledby': 'walk-title' } },
    h('h2', { attributes: { id: 'walk-title' } }, 'The walk through the checks'),
    h('ol', {}, ...steps.map(renderStep)),
  )

function renderStep(step: Step): HTMLElement {
  const { verdict, title, note, code, expects, source } = step
  const kind = verdict.replace(' ', '-')
  const summary = h(
    'summary',
    {},
    h('span', { class: 'sign', attributes: { 'aria-hidden': 'true' } }, SIGNS[verdict]),
    h('span', { class: 'title' }, title),
    h('span', { class: 'outcome' }, code ?? (verdict === 'pass' ? 'pass' : verdict)),
  )
  const expected = expects.map(({ name, expected }) =>
    h('div', {}, h('dt', {}, shown(name)), h('dd', {}, shown(expected))),
  )
  return h(
    'li',
    { class: `step ${kind}` },
    h(
      'details',
      { attributes: { open: verdict === 'fail' } },
      summary,
      note === '' ? null : h('p', { class: 'note' }, shown(note)),
      expected.length > 0 ? h('dl', {}, ...expected) : null,
      source === '' ? null : h('p', { class: 'source' }, source),
    ),
  )
}
