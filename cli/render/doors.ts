/** What the caller gets at each front door, side by side, then the answers themselves. */
import type { PolicyDocument } from 'aws-lambda'
import type { Door, GatewayDoor, WorkerDoor } from '../explain/explanation.ts'
import { printable, shorten } from '../printable.ts'
import { layTable, pad, widthOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import type { RenderOptions } from './explanation.ts'
import { wrap } from './wrap.ts'

export function renderDoors(
  doors: readonly Door[],
  terminal: Terminal,
  { isVerbose }: RenderOptions,
): readonly string[] {
  const rows = doors.map((door) => [door.title, statusOf(door, terminal)] as const)
  const answers = doors.map(answerOf)
  const worker = doors.find(isWorker)
  const gateway = doors.find((door): door is GatewayDoor => door.door === 'rest-request')
  return [
    ...hangAnswers(layTable(rows), answers, terminal),
    ...(worker ? renderWorker(worker, terminal) : []),
    ...(gateway ? renderAnswer(gateway, terminal, isVerbose) : []),
  ]
}

/** Of an answer beside its door; with less it would be a word to a line, or a letter. */
const LEAST_ANSWER_COLUMNS = 20

/** The last column, in as many lines as it needs; under its door where a terminal is narrow. */
function hangAnswers(
  heads: readonly string[],
  answers: readonly string[],
  { columns }: Terminal,
): readonly string[] {
  const left = Math.max(...heads.map(widthOf)) + 2
  const isNarrow = columns - left < LEAST_ANSWER_COLUMNS
  return heads.flatMap((head, index) => {
    const answer = answers[index] ?? ''
    if (isNarrow) return [head, ...wrap(answer, columns - 4).map((line) => `    ${line}`)]
    return wrap(answer, columns - left).map((line, at) => pad(at === 0 ? head : '', left) + line)
  })
}

function statusOf({ status, code }: Door, { paint }: Terminal): string {
  if (status === null) return paint.dim('n/a')
  const colour = status < 400 ? paint.green : status < 500 ? paint.red : paint.yellow
  return colour(status < 400 ? 'allowed' : `${status} ${code ?? ''}`.trimEnd())
}

function answerOf(door: Door): string {
  if (door.status === null) return door.notes.join('; ')
  const notes = door.notes.map((note) => `(${printable(note)})`)
  return [isWorker(door) ? describeForwarding(door) : describeAnswer(door), ...notes].join(' ')
}

const isWorker = (door: Door): door is WorkerDoor => door.door === 'worker'

const describeForwarding = ({ upstream }: WorkerDoor): string =>
  upstream ? 'forwarded to the upstream' : 'problem body'

function describeAnswer({
  answer,
  thrown,
  policyBytes,
  policyScope,
  isAsked,
}: GatewayDoor): string {
  if (!isAsked) return 'the function is not asked'
  if (!answer) return `throws "${printable(thrown ?? '')}"`
  if ('isAuthorized' in answer) return `isAuthorized: ${answer.isAuthorized}`
  const about = policyScope === 'request' ? 'this request alone' : 'the whole API'
  return `policy for ${about}, ${policyBytes} bytes`
}

const block = (title: string, lines: readonly string[], { paint }: Terminal): readonly string[] =>
  lines.length === 0 ? [] : [`  ${paint.dim(title)}`, ...lines.map((line) => `    ${line}`)]

type Pair = readonly [name: string, value: string]

/** Challenges are long, and are what one came to read. */
const hang = ([name, value]: Pair, { columns }: Terminal): readonly string[] =>
  wrap(`${name}: ${value}`, columns - 8).map((line, index) => (index === 0 ? line : `  ${line}`))

function renderWorker({ headers, body, upstream }: WorkerDoor, terminal: Terminal) {
  const lines = (pairs: readonly Pair[]) => pairs.flatMap((pair) => hang(pair, terminal))
  if (!upstream) {
    const problem = wrap((body ?? '').trim().replaceAll(',"', ', "'), terminal.columns - 8)
    return block('The Worker answers', [...lines(headers), ...problem], terminal)
  }
  const removed = upstream.removed.map((name) => `(removed) ${printable(name)}`)
  return block('The upstream gets', [...lines(upstream.added), ...removed], terminal)
}

/** The policy as REST and WebSocket APIs and HTTP APIs with IAM answers get it. */
function renderAnswer({ answer }: GatewayDoor, terminal: Terminal, isVerbose: boolean) {
  if (!answer || !('policyDocument' in answer)) return []
  const context = Object.entries(answer.context ?? {}).filter(([, value]) => value !== '')
  const room = terminal.columns - 4
  return [
    ...block('The policy', describePolicy(answer.policyDocument, isVerbose, room), terminal),
    ...block(
      'The context',
      context.flatMap(([name, value]) => hang([name, shorten(`${value}`, LONGEST)], terminal)),
      terminal,
    ),
  ]
}

/** Scopes may be many; a context of more is read with --json. */
const LONGEST = 600

/** Spellings of one path are one path to a reader. */
function describePolicy(document: PolicyDocument, isVerbose: boolean, room: number) {
  return document.Statement.flatMap((statement) => {
    const all = 'Resource' in statement ? [statement.Resource ?? []].flat() : []
    const resources = all.map((resource) => resource.replace(/^(?:[^:]*:){5}[^/]*\/[^/]*\//, ''))
    const shown = isVerbose ? resources : unify(resources)
    const sign = statement.Effect === 'Allow' ? 'allow' : 'deny '
    const more = isVerbose ? 0 : shown.length - MOST
    const lines = (more > 0 ? shown.slice(0, MOST) : shown).map((resource) =>
      shorten(`${sign} ${printable(resource)}`, room),
    )
    return more > 0 ? [...lines, `${sign} … ${more} more (--verbose)`] : lines
  })
}

const MOST = 8

function unify(resources: readonly string[]): readonly string[] {
  const plain = resources.map((resource) => resource.replace(/(?<=.)\/$/, ''))
  const byPath = Map.groupBy(new Set(plain), (resource) => pathOf(resource))
  return [...byPath].map(([path, same]) => {
    const methods = [...new Set(same.map((resource) => resource.slice(0, resource.indexOf('/'))))]
    return methods.every(Boolean) && path !== '' ? `${methods.join(',')} ${path}` : same.join(' ')
  })
}

const pathOf = (resource: string): string => {
  const at = resource.search(/(?<=^[A-Z]+)\//)
  const path = at < 0 ? '' : resource.slice(at)
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
