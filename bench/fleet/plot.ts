/** Plots as SVG text: lines over time on one pair of axes, with the troubles of the day shaded. */
export interface Plot {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly lines: readonly Line[]
  readonly bands: readonly Band[]
}

export interface Axis {
  readonly label: string
  readonly from: number
  readonly to: number
  readonly isLog?: boolean
  readonly ticks: readonly (readonly [at: number, label: string])[]
}

export interface Line {
  readonly name: string
  readonly colour: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Values hold from one point to the next. */
  readonly isStepped?: boolean
}

export interface Band {
  readonly label: string
  readonly from: number
  /** The same as `from`: a moment. */
  readonly until: number
}

const [WIDTH, HEIGHT] = [860, 400]
const FRAME = { left: 78, right: 830, top: 76, bottom: 346 }

type Scale = (value: number) => number

function createScale({ from, to, isLog }: Axis, start: number, end: number): Scale {
  const map = isLog
    ? (value: number) => Math.log10(Math.max(value, from))
    : (value: number) => value
  const [least, most] = [map(from), map(to)]
  return (value) => start + ((map(value) - least) / (most - least)) * (end - start)
}

export function drawPlot({ title, x, y, lines, bands }: Plot): string {
  const across = createScale(x, FRAME.left, FRAME.right)
  const up = createScale(y, FRAME.bottom, FRAME.top)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text({ x: FRAME.left, y: 22 }, title, 'font-size="15" font-weight="600"'),
    ...bands.map((band) => drawBand(band, across)),
    ...x.ticks.map(([at, label]) => drawColumn(across(at), label)),
    ...y.ticks.map(([at, label]) => drawRow(up(at), label)),
    ...lines.map((line) => drawLine(line, across, up)),
    ...drawLegend(lines),
    text({ x: (FRAME.left + FRAME.right) / 2, y: HEIGHT - 12 }, x.label, 'text-anchor="middle"'),
    text({ x: FRAME.right, y: 22 }, y.label, 'text-anchor="end" fill="#555"'),
    '</svg>',
    '',
  ].join('\n')
}

interface Spot {
  readonly x: number
  readonly y: number
}

const round = (value: number): string => value.toFixed(1)

const text = ({ x, y }: Spot, content: string, style = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" ${style}>${content}</text>`

const drawRow = (y: number, label: string): string =>
  `<path d="M${FRAME.left} ${round(y)}H${FRAME.right}" stroke="#ddd"/>` +
  text({ x: FRAME.left - 8, y: y + 4 }, label, 'text-anchor="end" fill="#555"')

const drawColumn = (x: number, label: string): string =>
  `<path d="M${round(x)} ${FRAME.bottom}v5" stroke="#555"/>` +
  text({ x, y: FRAME.bottom + 19 }, label, 'text-anchor="middle" fill="#555"')

function drawBand({ label, from, until }: Band, across: Scale): string {
  const [left, right] = [across(from), Math.max(across(until), across(from) + 1.5)]
  const area = `x="${round(left)}" y="${FRAME.top}" width="${round(right - left)}" height="${FRAME.bottom - FRAME.top}"`
  const style = 'text-anchor="middle" font-size="11" fill="#777"'
  return (
    `<rect ${area} fill="#f3c98b" fill-opacity="0.55"/>` +
    text({ x: (left + right) / 2, y: FRAME.top - 5 }, label, style)
  )
}

function drawLine({ points, colour, isStepped }: Line, across: Scale, up: Scale): string {
  const path = points.map(([x, y], index) => {
    const [right, height] = [round(across(x)), round(up(y))]
    if (index === 0) return `M${right} ${height}`
    return isStepped ? `H${right}V${height}` : `L${right} ${height}`
  })
  return `<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="2.2"/>`
}

const drawLegend = (lines: readonly Line[]): string[] =>
  lines.map(({ name, colour }, index) => {
    const x = FRAME.left + index * 190
    return (
      `<path d="M${x} 42h22" stroke="${colour}" stroke-width="3"/>` +
      text({ x: x + 28, y: 46 }, name)
    )
  })
