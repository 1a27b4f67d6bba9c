/** The question: a token and a request. Whatever changes is asked at once. */
import type { ExplainQuestion, RouteView } from '../../api.ts'
import { button, h } from '../dom.ts'
import { ask } from '../http.ts'
import type { Shared } from '../state.ts'
import { shown } from '../text.ts'
import { readHeaders, readPaste, TOKEN_CHARACTERS } from './paste.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
const SETTLE_MS = 180
const NONE = 'none'

export function createForm(shared: Shared, changed: () => void) {
  const { samples, routes } = shared.common.world
  const parts = createFields()
  const { token, method, path, headers, note } = parts
  let timer = 0
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(changed, SETTLE_MS)
  }
  const chips = [NONE, ...samples.map(({ name }) => name)].map((name) =>
    button('chip', () => void take(name).then(changed), [name], {
      'aria-pressed': 'false',
      title: samples.find((one) => one.name === name)?.story ?? 'no token at all',
    }),
  )
  const mark = (name: string | null) => {
    for (const chip of chips) chip.setAttribute('aria-pressed', String(chip.textContent === name))
    const story = samples.find((one) => one.name === name)?.story
    note.textContent = describeToken(token.value, story)
  }
  const put = (text: string, sample: string | null) => {
    token.value = text
    mark(sample)
  }
  const take = async (name: string) => {
    try {
      put(name === NONE ? '' : (await ask('token', { sample: name })).token, name)
      shared.trouble(null)
    } catch (error) {
      shared.trouble(`No ${name} token: ${error instanceof Error ? error.message : 'it failed'}.`)
    }
  }
  const setRequest = (verb: string, target: string) => {
    method.value = verb
    path.value = target
    markRoutes()
  }
  const list = routes.map((route) =>
    renderRoute(route, () => {
      setRequest(route.method, route.path)
      changed()
    }),
  )
  const markRoutes = () => {
    for (const [index, item] of list.entries()) {
      const route = routes[index]
      const isIt = route?.method === method.value && route.path === path.value
      item.setAttribute('aria-pressed', String(isIt))
    }
  }
  linkToken(token, (text, problem) => {
    put(text, null)
    if (problem !== null) note.textContent = problem
    note.classList.toggle('bad', problem !== null)
    later()
  })
  for (const field of [method, path, headers]) {
    field.addEventListener('input', () => {
      markRoutes()
      later()
    })
  }
  return {
    element: layOut(parts, chips, list, changed),
    read: (): Omit<ExplainQuestion, 'clockSeconds'> => ({
      token: readPaste(token.value),
      method: method.value,
      target: path.value || '/',
      headers: readHeaders(headers.value),
    }),
    async choose(sample: string, verb: string, from: readonly RouteView[]) {
      const first = from.find(({ asks }) => asks.startsWith('scope')) ?? from[0]
      await this.open(sample, first?.method ?? verb, first?.path ?? '/')
    },
    async open(sample: string, verb: string, target: string) {
      setRequest(verb, target)
      await take(sample)
      changed()
    },
  }
}

const createFields = () => ({
  token: h('textarea', {
    attributes: {
      id: 'token',
      rows: '5',
      spellcheck: 'false',
      autocomplete: 'off',
      autocapitalize: 'off',
      placeholder: 'Paste an access token',
      'aria-describedby': 'token-note',
    },
  }),
  note: h('p', { class: 'note', attributes: { id: 'token-note', role: 'status' } }),
  method: h(
    'select',
    { attributes: { id: 'method', 'aria-label': 'Method' } },
    ...METHODS.map((name) => h('option', {}, name)),
  ),
  path: h('input', {
    attributes: { id: 'path', type: 'text', spellcheck: 'false', autocomplete: 'off' },
  }),
  headers: h('textarea', {
    attributes: { id: 'headers', rows: '2', spellcheck: 'false', placeholder: 'Name: value' },
  }),
})

type Fields = ReturnType<typeof createFields>

function layOut(
  { token, note, method, path, headers }: Fields,
  chips: readonly HTMLElement[],
  routes: readonly HTMLElement[],
  changed: () => void,
): HTMLElement {
  const label = (target: string, text: string) => h('label', { attributes: { for: target } }, text)
  const submit = (event: Event) => {
    event.preventDefault()
    changed()
  }
  const group = (name: string, items: readonly HTMLElement[], kind: string) =>
    h('div', { class: kind, attributes: { role: 'group', 'aria-label': name } }, ...items)
  return h(
    'form',
    { class: 'ask card', on: { submit }, attributes: { 'aria-label': 'Token and request' } },
    label('token', 'Token'),
    group('Sample tokens', chips, 'chips'),
    token,
    note,
    label('path', 'Request'),
    h('div', { class: 'target' }, method, path),
    group('Configured routes', routes, 'routes'),
    h('details', {}, h('summary', {}, 'More headers'), label('headers', 'Header lines'), headers),
  )
}

const renderRoute = (route: RouteView, press: () => void): HTMLElement =>
  button(
    'route',
    press,
    [h('span', { class: 'mono' }, shown(route.pattern)), h('small', {}, shown(route.asks))],
    {
      'aria-pressed': 'false',
    },
  )

const describeToken = (text: string, story?: string): string =>
  text === '' ? 'No token is sent.' : `${story ? `${story} · ` : ''}${text.length} characters`

/** What is too long for any door is not even put into the field. */
function linkToken(
  field: HTMLTextAreaElement,
  take: (text: string, problem: string | null) => void,
): void {
  const refuse = (length: number) =>
    take(
      '',
      `That is ${length.toLocaleString('en')} characters; no door reads more than 16,384. Not taken.`,
    )
  field.addEventListener('paste', (event) => {
    const length = event.clipboardData?.getData('text').length ?? 0
    if (length <= TOKEN_CHARACTERS) return
    event.preventDefault()
    refuse(length)
  })
  field.addEventListener('input', () => {
    const { length } = field.value
    if (length > TOKEN_CHARACTERS) refuse(length)
    else take(field.value, null)
  })
}
