/** The calls as they happened: each stops at API Gateway, at its cache, or goes on to the function. */
import type { Moment, Timeline, TimelineCall, TimelineQuestion } from '../../api.ts'
import { h } from '../dom.ts'
import { shown } from '../text.ts'
import { renderAxis } from './axis.ts'
import { moodOf, signOf, WORDS } from '../verdict.ts'

const USES: Readonly<Record<string, readonly [reach: number, words: string]>> = {
  'open-route': [1, 'public: no authorizer'],
  'identity-missing': [1, 'API Gateway refuses: no token'],
  'identity-invalid': [1, 'API Gateway refuses: no such identity'],
  cached: [2, 'answered by the cached policy'],
  invoked: [3, 'the function was asked'],
  none: [1, 'API Gateway knows no such resource'],
}

const STOPS = ['API Gateway', 'Cache', 'Function']

export function renderTimeline(question: TimelineQuestion, { moments }: Timeline): HTMLElement {
  const asked = moments.filter(({ use }) => use === 'invoked').length
  const different = moments.filter(({ status, freshStatus }) => status !== freshStatus).length
  const rows = moments.map((moment, at) => renderMoment(moment, question.calls[at]))
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'sum' },
      h('b', {}, `${moments.length} calls, ${asked} of them asked the function. `),
      different === 0
        ? 'The cache said nothing that a fresh call would not have said.'
        : `${different} were answered differently from a fresh call.`,
    ),
    renderAxis(question, moments),
    h(
      'div',
      { class: 'stops', attributes: { 'aria-hidden': 'true' } },
      h('span'),
      ...STOPS.map((stop) => h('span', {}, stop)),
      h('span'),
    ),
    h('ol', { class: 'moments' }, ...rows),
  )
}

function renderMoment(moment: Moment, call: TimelineCall | undefined): HTMLElement {
  const { at, use, status, freshStatus, keptUntil } = moment
  const mood = moodOf(status)
  const [reach, words] = USES[use ?? 'none'] ?? [1, '']
  const differs = status !== freshStatus
  const track = STOPS.map((_, index) => h('i', { class: stopClass(index + 1, reach) }))
  return h(
    'li',
    { class: `moment ${mood}` },
    h('span', { class: 'at' }, `${at} s`),
    h('span', { class: `track reach-${reach}`, attributes: { 'aria-hidden': 'true' } }, ...track),
    h('span', { class: 'answered' }, signOf(mood), h('b', {}, String(status)), ` ${WORDS[mood]}`),
    h(
      'span',
      { class: 'told' },
      h('b', {}, call?.sample ?? 'no token'),
      ' ',
      h('span', { class: 'mono' }, shown(`${call?.method ?? ''} ${call?.path ?? ''}`)),
      h('small', {}, describe(words, moment)),
      keptUntil === null ? null : h('small', { class: 'kept' }, `cached until ${keptUntil} s`),
      differs ? h('strong', { class: 'deny' }, `a fresh call: ${freshStatus}`) : null,
    ),
  )
}

const stopClass = (stop: number, reach: number): string =>
  stop === reach ? 'here' : stop < reach ? 'passed' : ''

const describe = (words: string, { code }: Moment): string => (code ? `${words}: ${code}` : words)
