/** Every sample token at every route. */
import type { Matrix, MatrixCell, RouteView, Sample } from '../api.ts'
import { button, h } from './dom.ts'
import { ask } from './http.ts'
import type { Shared } from './state.ts'
import { shown } from './text.ts'
import { phraseOf, signOf, WORDS } from './verdict.ts'

/** Returns what to do when it comes into sight. */
export function createMatrixView(panel: HTMLElement, shared: Shared): () => void {
  const table = h('div', {
    class: 'scroll grid-frame',
    attributes: { tabindex: '0', role: 'region', 'aria-label': 'Matrix' },
  })
  const reason = h('aside', { class: 'reason card', attributes: { 'aria-live': 'polite' } })
  const again = button('plain', () => void fill(), ['Ask again'])
  panel.append(
    h(
      'div',
      { class: 'lead' },
      h('h2', {}, 'Who may call what'),
      h('p', {}, 'Each sample token at each route, judged now. Choose a square for its reason.'),
      again,
    ),
    h('div', { class: 'matrix-layout' }, table, reason),
  )
  const choose = (row: Matrix['rows'][number], sample: Sample, cell: MatrixCell) =>
    reason.replaceChildren(...renderReason(row.route, sample, cell, shared))
  const fill = async () => {
    panel.setAttribute('aria-busy', 'true')
    try {
      const { clockSeconds } = shared.common
      table.replaceChildren(renderTable(await ask('matrix', { clockSeconds }), choose))
      shared.trouble(null)
    } catch (error) {
      shared.trouble(`No matrix: ${error instanceof Error ? error.message : 'it failed'}.`)
    }
    panel.setAttribute('aria-busy', 'false')
  }
  reason.append(h('p', { class: 'note' }, 'No square is chosen.'))
  shared.watch('clock', () => void (panel.hidden || fill()))
  return () => void fill()
}

type Choose = (row: Matrix['rows'][number], sample: Sample, cell: MatrixCell) => void

function renderTable({ samples, rows }: Matrix, choose: Choose): HTMLElement {
  const head = samples.map(({ name, story }) =>
    h('th', { attributes: { scope: 'col', title: story } }, h('span', {}, shown(name))),
  )
  const squares: HTMLElement[][] = []
  const body = rows.map((row) => {
    const cells = row.cells.map((cell, at) => {
      const sample = samples[at] ?? { name: '', story: '' }
      return renderSquare(cell, `${sample.name}, ${row.route.pattern}`, () => {
        for (const one of squares.flat()) one.setAttribute('aria-pressed', 'false')
        cells[at]?.setAttribute('aria-pressed', 'true')
        choose(row, sample, cell)
      })
    })
    squares.push(cells)
    return h(
      'tr',
      {},
      h(
        'th',
        { attributes: { scope: 'row' } },
        h('span', { class: 'mono' }, shown(row.route.pattern)),
        h('small', {}, shown(row.route.asks)),
      ),
      ...cells.map((cell) => h('td', {}, cell)),
    )
  })
  linkArrows(squares)
  return h(
    'table',
    { class: 'grid' },
    h('thead', {}, h('tr', {}, h('th', { attributes: { scope: 'col' } }, 'Route'), ...head)),
    h('tbody', {}, ...body),
  )
}

const renderSquare = (cell: MatrixCell, label: string, press: () => void): HTMLElement =>
  button(
    `square ${cell.outcome}`,
    press,
    [signOf(cell.outcome), h('span', {}, String(cell.status))],
    {
      'aria-pressed': 'false',
      'aria-label': `${label}: ${cell.status}, ${cell.code ?? 'allow'}`,
      title: cell.code ?? 'allow',
    },
  )

const MOVES: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** One square is in the tab order; arrows move between them. */
function linkArrows(squares: readonly (readonly HTMLElement[])[]): void {
  const all = squares.flat()
  const enter = (square: HTMLElement) => {
    for (const one of all) one.tabIndex = one === square ? 0 : -1
  }
  for (const [y, row] of squares.entries()) {
    for (const [x, square] of row.entries()) {
      square.tabIndex = square === all[0] ? 0 : -1
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
  route: RouteView,
  sample: Sample,
  { outcome, status, code, mend }: MatrixCell,
  { open }: Shared,
): readonly HTMLElement[] => [
  h(
    'div',
    { class: `verdict small ${outcome}` },
    h('div', { class: 'seal' }, signOf(outcome)),
    h(
      'h3',
      {},
      outcome === 'allow' ? 'Allowed' : `${status} ${phraseOf(status)}`,
      code ? h('code', {}, code) : null,
    ),
  ),
  h(
    'p',
    {},
    h('b', {}, sample.name),
    `, ${sample.story}: `,
    h('span', { class: 'mono' }, shown(`${route.method} ${route.path}`)),
    ` is ${WORDS[outcome]}.`,
  ),
  h('p', { class: 'mend' }, h('span', { class: 'tag' }, 'Mend'), ' ', shown(mend)),
  button('primary', () => open(sample.name, route.method, route.path), ['Explain step by step']),
]
