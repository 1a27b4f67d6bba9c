/** Every sample token at every route. */
import type { Matrix, MatrixCell, RouteView, Sample } from '../api.ts'
import { button, h } from './dom.ts'
import { ask, reasonOf } from './http.ts'
import type { Shared } from './state.ts'
import { prose, shown } from './text.ts'
import { phraseOf, signOf, WORDS } from './verdict.ts'

/** Returns what to do when it comes into sight. */
export function createMatrixView(panel: HTMLElement, shared: Shared): () => void {
  const table = h('div', {
    class: 'scroll grid-frame',
    attributes: { tabindex: '0', role: 'region', 'aria-label': 'Matrix' },
  })
  const reason = h('aside', {
    class: 'reason card',
    attributes: { 'aria-live': 'polite', 'aria-label': 'Reason' },
  })
  const choose: Choose = (...chosen) => reason.replaceChildren(...renderReason(chosen, shared))
  const fill = async () => {
    panel.setAttribute('aria-busy', 'true')
    try {
      const { clockSeconds } = shared.common
      table.replaceChildren(renderTable(await ask('matrix', { clockSeconds }), choose))
      shared.trouble(null)
    } catch (error) {
      shared.trouble(`No matrix: ${reasonOf(error)}.`)
    }
    panel.setAttribute('aria-busy', 'false')
  }
  panel.append(
    h(
      'div',
      { class: 'lead' },
      h('h2', {}, 'Who may call what'),
      h('p', {}, 'Each sample token at each route, judged now. Choose a square for its reason.'),
      button('plain', () => void fill(), ['Ask again']),
    ),
    h('div', { class: 'matrix-layout' }, table, reason),
  )
  shared.watch('clock', () => void (panel.hidden || fill()))
  return () => void fill()
}

type Chosen = readonly [route: RouteView, sample: Sample, cell: MatrixCell]
type Choose = (...chosen: Chosen) => void

function renderTable({ samples, rows }: Matrix, choose: Choose): HTMLElement {
  const head = samples.map(({ name, story }) =>
    h('th', { attributes: { scope: 'col', title: story } }, shown(name)),
  )
  const squares = rows.map(({ route, cells }) =>
    cells.map((cell, at) => renderSquare([route, samples[at] ?? NOBODY, cell], press)),
  )
  function press(square: HTMLElement, chosen: Chosen): void {
    for (const one of squares.flat()) one.setAttribute('aria-pressed', String(one === square))
    choose(...chosen)
  }
  linkArrows(squares)
  // Something to read at once, where even a narrow window shows it.
  squares
    .flat()
    .find((one) => one.matches('.deny'))
    ?.click()
  return h(
    'table',
    { class: 'grid' },
    h('thead', {}, h('tr', {}, h('th', { attributes: { scope: 'col' } }, 'Route'), ...head)),
    h('tbody', {}, ...rows.map(({ route }, at) => renderRow(route, squares[at] ?? []))),
  )
}

const NOBODY: Sample = { name: '', story: '' }

const renderRow = (route: RouteView, squares: readonly HTMLElement[]): HTMLElement =>
  h(
    'tr',
    {},
    h(
      'th',
      { attributes: { scope: 'row' } },
      h('span', { class: 'mono' }, shown(route.pattern)),
      h('small', {}, shown(route.asks)),
    ),
    ...squares.map((square) => h('td', {}, square)),
  )

function renderSquare(
  chosen: Chosen,
  press: (square: HTMLElement, chosen: Chosen) => void,
): HTMLElement {
  const [route, sample, { outcome, status, code }] = chosen
  const square = button(
    `square ${outcome}`,
    () => press(square, chosen),
    [signOf(outcome), h('span', {}, String(status))],
    {
      'aria-pressed': 'false',
      'aria-label': `${sample.name}, ${route.pattern}: ${status}, ${code ?? 'allow'}`,
      title: code ?? 'allow',
    },
  )
  return square
}

const MOVES: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** One square is in the tab order; arrows move between them. */
function linkArrows(squares: readonly (readonly HTMLElement[])[]): void {
  const all = squares.flat()
  const enter = (square: HTMLElement | undefined) => {
    for (const one of all) one.tabIndex = one === square ? 0 : -1
  }
  enter(all[0])
  for (const [y, row] of squares.entries()) {
    for (const [x, square] of row.entries()) {
      square.addEventListener('focus', () => enter(square))
      square.addEventListener('keydown', (event) => {
        const [down, right] = MOVES[event.key] ?? []
        if (down === undefined || right === undefined) return
        event.preventDefault()
        squares[y + down]?.[x + right]?.focus()
      })
    }
  }
}

const renderReason = (
  [route, sample, { outcome, status, code, mend }]: Chosen,
  { open }: Shared,
): readonly HTMLElement[] => [
  h(
    'div',
    { class: `verdict small ${outcome}` },
    h('div', { class: 'seal' }, signOf(outcome)),
    h(
      'h2',
      {},
      outcome === 'allow' ? 'Allowed' : `${status} ${phraseOf(status)}`,
      code ? h('code', {}, code) : null,
    ),
  ),
  h(
    'p',
    {},
    h('b', {}, shown(sample.name)),
    ', ',
    prose(sample.story),
    ': ',
    h('span', { class: 'mono' }, shown(`${route.method} ${route.path}`)),
    ` is ${WORDS[outcome]}.`,
  ),
  h('p', { class: `mend ${outcome}` }, h('span', { class: 'tag' }, 'Fix'), ' ', prose(mend)),
  button('primary', () => open(sample.name, route.method, route.path), ['Explain step by step']),
]
