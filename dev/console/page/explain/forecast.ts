/** What API Gateway's result cache will say to the next requests with this token. */
import type { CacheRow, Explanation } from '../../../../cli/explain/explanation.ts'
import { h } from '../dom.ts'
import { shown } from '../text.ts'
import { signOf, WORDS, type Mood } from '../verdict.ts'

export const renderForecast = ({ cache }: Explanation): HTMLElement =>
  h(
    'section',
    { class: 'forecast card', attributes: { 'aria-labelledby': 'forecast-title' } },
    h('h2', { attributes: { id: 'forecast-title' } }, "What API Gateway's cache says next"),
    h('p', { class: 'note' }, shown(cache.note)),
    cache.rows.length === 0
      ? null
      : h(
          'div',
          {
            class: 'scroll',
            attributes: { tabindex: '0', role: 'group', 'aria-label': 'Forecast' },
          },
          h(
            'table',
            {},
            h(
              'thead',
              {},
              h('tr', {}, ...HEADS.map((head) => h('th', { attributes: { scope: 'col' } }, head))),
            ),
            h('tbody', {}, ...cache.rows.map(renderRow)),
          ),
        ),
  )

const HEADS = ['Next request', 'From the cache', 'A fresh call', '']

const verdict = (mood: Mood, code: string | null = null) =>
  h('td', { class: mood }, signOf(mood), ` ${WORDS[mood]}`, code ? h('code', {}, code) : null)

const renderRow = (row: CacheRow): HTMLElement =>
  h(
    'tr',
    {},
    h('th', { class: 'mono', attributes: { scope: 'row' } }, shown(`${row.method} ${row.path}`)),
    verdict(row.cached),
    verdict(row.fresh, row.freshCode),
    h('td', { class: row.agrees ? 'quiet' : 'deny' }, row.agrees ? 'the same' : 'differs'),
  )
