/** The token taken apart: each member with its meaning, its time in words, and its problem. */
import type { Claim, TokenView } from '../explain/explanation.ts'
import { printable, printableValue, shorten } from '../printable.ts'
import { layTable } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { wrap } from './wrap.ts'

const KINDS: Readonly<Record<TokenView['kind'], string>> = {
  jws: 'signed JWT',
  jwe: 'encrypted JWT',
  opaque: 'opaque',
}
/** A long value would push its meaning off the line. */
const VALUE_COLUMNS = 36
/** Of a meaning beside its value; with less it would be a letter and dots. */
const LEAST_MEANING_COLUMNS = 20

export function renderToken(token: TokenView | null, terminal: Terminal): readonly string[] {
  const { paint } = terminal
  if (!token) return [paint.dim('  none that could be read from the request')]
  const { redacted, kind, header, claims, problems } = token
  const about = `  ${printable(redacted)}  ${paint.dim(KINDS[kind])}`
  return [
    about,
    ...problems.map((problem) => `  ${paint.red(`✗ ${printable(problem)}`)}`),
    ...renderMembers([...(header ?? []).map(inHeader), ...(claims ?? [])], terminal),
  ]
}

const inHeader = (claim: Claim): Claim => ({ ...claim, name: `${claim.name} (header)` })

function renderMembers(members: readonly Claim[], { paint, columns }: Terminal): readonly string[] {
  const rows = members.map((claim) => [
    shorten(printable(claim.name), VALUE_COLUMNS),
    describeValue(claim),
    claim.problem === null ? describe(claim) : `✗ ${claim.problem}`,
  ])
  const start = columnOf(rows)
  const isNarrow = columns - start < LEAST_MEANING_COLUMNS
  return layTable(rows).flatMap((row, index) => {
    const [head, words] = [row.slice(0, start), row.slice(start)]
    const colour = members[index]?.problem ? paint.red : paint.dim
    if (!isNarrow) return [head + colour(shorten(words, columns - start))]
    const below = words === '' ? [] : wrap(words, columns - 4)
    return [shorten(head.trimEnd(), columns), ...below.map((line) => `    ${colour(line)}`)]
  })
}

/** Where the third column begins. */
const columnOf = (rows: readonly (readonly string[])[]): number =>
  [0, 1].reduce(
    (column, index) => column + 2 + Math.max(0, ...rows.map((row) => row[index]?.length ?? 0)),
    2,
  )

const describe = ({ time, meaning }: Claim): string =>
  printable(time ? `${time.relative}, ${time.iso}` : (meaning ?? ''))

const describeValue = ({ type, value }: Claim): string =>
  type === 'missing' ? '–' : printableValue(value, VALUE_COLUMNS)
