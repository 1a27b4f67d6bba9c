/** Why may this token call this route, or why not? */
import type { Explanation } from '../../../../cli/explain/explanation.ts'
import type { RouteView } from '../../api.ts'
import { h } from '../dom.ts'
import { ask, reasonOf } from '../http.ts'
import type { Shared } from '../state.ts'
import { renderAnatomy } from './anatomy.ts'
import { renderDoors } from './doors.ts'
import { renderForecast } from './forecast.ts'
import { createForm } from './form.ts'
import { renderVerdict } from './headline.ts'
import { renderWalk } from './walk.ts'

export function createExplainView(panel: HTMLElement, shared: Shared) {
  const headline = h('div', { class: 'headline', attributes: { role: 'status' } })
  const rest = h('div', { class: 'rest' })
  const answer = h('div', { class: 'answer', attributes: { 'aria-busy': 'true' } }, headline, rest)
  let asking: AbortController | null = null
  let opened = 0

  const show = (explanation: Explanation) => {
    headline.replaceChildren(renderVerdict(explanation))
    rest.replaceChildren(
      renderDoors(explanation, opened, (index) => (opened = index)),
      h('div', { class: 'pair' }, renderWalk(explanation), renderAnatomy(explanation)),
      renderForecast(explanation),
    )
  }
  const update = async () => {
    asking?.abort()
    const controller = new AbortController()
    asking = controller
    answer.setAttribute('aria-busy', 'true')
    try {
      const { clockSeconds } = shared.common
      show(await ask('explain', { ...form.read(), clockSeconds }, controller.signal))
      shared.trouble(null)
    } catch (error) {
      if (!controller.signal.aborted) shared.trouble(`No explanation: ${reasonOf(error)}.`)
    }
    if (asking === controller) answer.setAttribute('aria-busy', 'false')
  }
  const form = createForm(shared, () => void update())
  panel.append(form.element, answer)
  shared.watch('clock', () => void update())

  let isFresh = true
  return {
    enter() {
      const first = firstRoute(shared.common.world.routes)
      if (isFresh) void form.open('read', first?.method ?? 'GET', first?.path ?? '/')
      isFresh = false
    },
    show(sample: string, method: string, path: string) {
      isFresh = false
      void form.open(sample, method, path)
    },
  }
}

/** One that asks for something, where there is one. */
const firstRoute = (routes: readonly RouteView[]): RouteView | undefined =>
  routes.find(({ asks }) => asks.startsWith('scope')) ?? routes[0]
