/** The buttons. Each says what it does, and what ought to be seen. */
import type { ActName, WorldState } from '../../api.ts'
import { button, h } from '../dom.ts'
import { ask, reasonOf } from '../http.ts'
import type { Shared } from '../state.ts'

interface Act {
  readonly name: ActName
  readonly title: string
  readonly story: string
  /** Where it makes sense. */
  readonly fits?: (state: WorldState) => boolean
}

const ACTS: readonly Act[] = [
  {
    name: 'announce',
    title: 'Announce the next key',
    story: 'It is published before it signs, as Auth0 always does.',
  },
  {
    name: 'rotate',
    title: 'Rotate keys',
    story:
      'The next key signs. Unannounced, fresh tokens may wait up to 30 seconds: a door asks the issuer no more often.',
  },
  {
    name: 'retire',
    title: 'Retire old keys',
    story: 'Those that no longer sign are withdrawn; doors notice when they next look.',
  },
  {
    name: 'revoke',
    title: 'Revoke the key in use',
    story: 'Withdrawn at once. First tokens are trusted until the key set is read again.',
  },
  {
    name: 'stop',
    title: 'Stop the issuer',
    story: 'Known keys go on verifying; nobody gets a fresh token.',
    fits: ({ issuer }) => issuer === 'up',
  },
  {
    name: 'restore',
    title: 'Restore the issuer',
    story: 'It listens again, with the keys it had.',
    fits: ({ issuer }) => issuer === 'down',
  },
  {
    name: 'break-kv',
    title: 'Break KV',
    story: 'A new Worker instance whose KV throws: the Cache API and the issuer remain.',
    fits: ({ kv }) => kv === 'sound',
  },
  {
    name: 'restore-kv',
    title: 'Restore KV',
    story: 'A new Worker instance, with its KV again.',
    fits: ({ kv }) => kv === 'broken',
  },
  {
    name: 'restart',
    title: 'Start the doors cold',
    story:
      'New instances with an empty memory. With the issuer stopped, see who still knows a key.',
  },
]

export function createActs(shared: Shared): HTMLElement {
  const facts = h('p', { class: 'facts', attributes: { role: 'status' } })
  const buttons = ACTS.map((act) => createButton(act, shared))
  const show = () => {
    const { state } = shared.common
    for (const { element, fits } of buttons) element.hidden = !fits(state)
    facts.replaceChildren(...describeState(state))
  }
  shared.watch('state', show)
  show()
  return h(
    'section',
    { class: 'acts card', attributes: { 'aria-labelledby': 'acts-title' } },
    h('h2', { attributes: { id: 'acts-title' } }, 'Break it'),
    facts,
    h('div', { class: 'act-list' }, ...buttons.map(({ element }) => element)),
    h(
      'p',
      { class: 'note' },
      "The clock above moves explanations, matrix and cache. The running doors keep this machine's time: nobody can move it for workerd.",
    ),
  )
}

const describeState = ({ issuer, kv, key }: WorldState): readonly HTMLElement[] => [
  fact('Issuer', issuer, issuer === 'up'),
  fact('KV', kv, kv === 'sound'),
  fact('Signs with', key, true),
]

const fact = (name: string, value: string, isGood: boolean): HTMLElement =>
  h('span', { class: isGood ? 'fact' : 'fact bad' }, `${name} `, h('b', {}, value))

function createButton({ name, title, story, fits = () => true }: Act, shared: Shared) {
  const press = async () => {
    element.setAttribute('aria-busy', 'true')
    try {
      shared.change({ state: await ask('act', { act: name }) })
      shared.trouble(null)
    } catch (error) {
      shared.trouble(`${title}: ${reasonOf(error)}.`)
    }
    element.setAttribute('aria-busy', 'false')
  }
  const element = button('act', () => void press(), [h('b', {}, title), h('span', {}, story)])
  return { element, fits }
}
