/**
 * bench/speed.svg: how many times as fast as jose. Three panels that are read from the left, on
 * light and dark pages alike; a bar that would leave its panel is cut, and says its number.
 */
import { ACCEPTED, ALGORITHMS, atOnce, JOSE, OURS } from './names.ts'
import type { Results } from './results.ts'
import type { Table } from './table.ts'

interface Bar {
  readonly label: string
  readonly ratio: number
  readonly isOurs: boolean
}

interface Panel {
  readonly title: string
  readonly bars: readonly Bar[]
  /** Of a full bar. */
  readonly most: number
}

const WIDTH = 760
const LABEL = 250
const ROOM = 420
const LINE = 22
const TITLE = 34
const TOP = 40

export function writePlot(results: Results): string {
  const panels = panelsOf(results)
  const heights = panels.map(({ bars }) => TITLE + bars.length * LINE + 14)
  const height = TOP + heights.reduce((sum, one) => sum + one, 0)
  const drawn = panels.map((panel, index) =>
    drawPanel(panel, TOP + heights.slice(0, index).reduce((sum, one) => sum + one, 0)),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Times as fast as jose">
<style>
text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #24292f }
.head { font-size: 16px; font-weight: 600 }
.title { font-weight: 600 }
.ours { fill: #1f7a4d }
.other { fill: #8c959f }
.one { stroke: #57606a; stroke-dasharray: 3 3 }
.strong { font-weight: 600 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.ours { fill: #3fb972 }
.other { fill: #6e7681 }
.one { stroke: #9198a1 }
}
</style>
<text class="head" x="10" y="24">Operations a second, times jose’s (more is better)</text>
${drawn.join('\n')}
</svg>
`
}

function drawPanel({ title, bars, most }: Panel, top: number): string {
  const scale = ROOM / most
  const one = LABEL + scale
  const rows = bars.map((bar, index) => drawBar(bar, top + TITLE + index * LINE, scale))
  const bottom = top + TITLE + bars.length * LINE - 4
  return [
    `<text class="title" x="10" y="${top + 22}">${escape(title)}</text>`,
    `<line class="one" x1="${fixed(one)}" x2="${fixed(one)}" y1="${top + TITLE - 4}" y2="${bottom}"/>`,
    ...rows,
  ].join('\n')
}

function drawBar({ label, ratio, isOurs }: Bar, top: number, scale: number): string {
  const isCut = ratio * scale > ROOM
  const width = isCut ? ROOM : Math.max(ratio * scale, 1)
  const [left, right, middle, bottom] = [LABEL, LABEL + width, top + 8, top + 16]
  // An arrow's head where the bar goes on.
  const shape = isCut
    ? `M${left} ${top}H${fixed(right - 8)}L${fixed(right)} ${middle}L${fixed(right - 8)} ${bottom}H${left}Z`
    : `M${left} ${top}H${fixed(right)}V${bottom}H${left}Z`
  const emphasis = isOurs ? ' class="strong"' : ''
  return [
    `<text x="${LABEL - 8}" y="${top + 13}" text-anchor="end"${emphasis}>${escape(label)}</text>`,
    `<path class="${isOurs ? 'ours' : 'other'}" d="${shape}"/>`,
    `<text x="${fixed(Math.max(right, LABEL + scale) + 6)}" y="${top + 13}"${emphasis}>${showRatio(ratio)}</text>`,
  ].join('\n')
}

function panelsOf({ tables }: Results): readonly Panel[] {
  const named = (name: string) => tables.find((table) => table.name === name)
  const [accept, repeat, refuse] = [named('accept'), named('repeat'), named('refuse')]
  return [
    ...(accept
      ? [
          panelOf(
            'A token never seen before (RS256, one at a time)',
            rank(accept, atOnce(ALGORITHMS[0], 1)),
          ),
        ]
      : []),
    ...(repeat ? [panelOf('A token seen before (RS256)', rank(repeat, ALGORITHMS[0]))] : []),
    ...(refuse ? [panelOf('Refusing, against jose’s refusal (RS256)', refusals(refuse), 12)] : []),
  ]
}

const panelOf = (title: string, bars: readonly Bar[], most = Infinity): Panel => ({
  title,
  bars,
  most: Math.min(most, Math.max(1, ...bars.map(({ ratio }) => ratio))),
})

/** Rows of one column that are verifiers, the fastest first. */
function rank(table: Table, column: string): readonly Bar[] {
  const at = table.columns.indexOf(column)
  const valueOf = (name: string) => table.rows.find((row) => row.name === name)?.medians[at] ?? null
  const jose = valueOf(JOSE)
  const bars = table.rows.flatMap(({ name, medians }): readonly Bar[] => {
    const value = medians[at] ?? null
    const isVerifier = !name.includes('crypto.subtle') && !name.endsWith('async')
    if (value === null || jose === null || !isVerifier) return []
    return [{ label: name, ratio: jose / value, isOurs: name === OURS }]
  })
  return bars.sort((a, b) => b.ratio - a.ratio)
}

/** Each kind of refusal: ours against jose's. */
function refusals(table: Table): readonly Bar[] {
  const [ours, jose] = [table.columns.indexOf(OURS), table.columns.indexOf(JOSE)]
  return table.rows.flatMap(({ name, medians }): readonly Bar[] => {
    const [mine, theirs] = [medians[ours], medians[jose]]
    if (!mine || !theirs || name === ACCEPTED) return []
    return [{ label: name, ratio: theirs / mine, isOurs: true }]
  })
}

const showRatio = (ratio: number): string =>
  `${ratio >= 10 ? Math.round(ratio).toLocaleString('en') : ratio.toFixed(2)}×`

const fixed = (value: number): string => value.toFixed(1)

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
