/** The verdict, its reason and its mend, in one look. */
import type { Explanation } from '../../../../cli/explain/explanation.ts'
import { h } from '../dom.ts'
import { prose, shown } from '../text.ts'
import { phraseOf, signOf, WORDS } from '../verdict.ts'

export function renderVerdict({ verdict, request, mend, steps }: Explanation): HTMLElement {
  const { outcome, status, code } = verdict
  const failed = steps.find((step) => step.verdict === 'fail')
  const reason = failed ? `What failed: “${failed.title}”.` : 'Every check passed.'
  return h(
    'div',
    { class: `verdict ${outcome}` },
    h('div', { class: 'seal' }, signOf(outcome)),
    h(
      'div',
      { class: 'said' },
      h(
        'h2',
        {},
        `${outcome === 'allow' ? 'Allowed' : `${status} ${phraseOf(status)}`}`,
        code ? h('code', {}, code) : null,
      ),
      h(
        'p',
        { class: 'asked' },
        h('span', { class: 'mono' }, shown(`${request.method} ${request.path}`, 120)),
        ...(request.route === null
          ? [code === 'path_ambiguous' ? ' can be read in two ways and' : ' matches no route and']
          : [' by the rule ', h('span', { class: 'mono' }, shown(request.route))]),
        ` is ${WORDS[outcome]}. ${reason}`,
      ),
      h('p', { class: 'mend' }, h('span', { class: 'tag' }, 'Fix'), ' ', prose(mend)),
    ),
    h(
      'div',
      { class: 'rail', attributes: { 'aria-hidden': 'true' } },
      ...steps.map((step) => h('i', { class: step.verdict.replace(' ', '-') })),
    ),
  )
}
