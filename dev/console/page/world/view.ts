/** The running doors: what they are asked and answer, and the buttons that break what they rely on. */
import type { WorldEvent } from '../../api.ts'
import { h } from '../dom.ts'
import { shown } from '../text.ts'
import type { Shared } from '../state.ts'
import { createActs } from './acts.ts'
import { createFeedList } from './feed.ts'
import { createStrip } from './strip.ts'

export function createWorldView(panel: HTMLElement, shared: Shared) {
  const strip = createStrip(shared)
  const acts = createActs(shared)
  const feed = createFeedList()
  const { doors, issuer } = shared.common.world
  panel.append(
    h(
      'div',
      { class: 'lead' },
      h('h2', {}, 'Break the world, watch what survives'),
      h(
        'p',
        {},
        'The traffic calls the running doors each second, with a token from its beginning and with one just issued. Break something, and see who still gets in.',
      ),
    ),
    strip.element,
    h('div', { class: 'world-layout' }, acts, feed.element),
    h(
      'section',
      { class: 'card addresses', attributes: { 'aria-labelledby': 'addresses-title' } },
      h('h2', { attributes: { id: 'addresses-title' } }, 'Where everything answers'),
      h(
        'dl',
        {},
        ...[...doors, { title: 'Issuer', url: issuer }].map(({ title, url }) =>
          h('div', {}, h('dt', {}, title), h('dd', { class: 'mono' }, shown(url))),
        ),
      ),
    ),
  )
  return {
    enter: () => undefined,
    take(event: WorldEvent) {
      if (event.type === 'beat') strip.beat(event.beats)
      else if (event.type === 'state') shared.change({ state: event.state })
      else feed.add(event)
      if (event.type === 'act') strip.mark(event.text)
    },
  }
}
