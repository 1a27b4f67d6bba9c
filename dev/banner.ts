import { styleText } from 'node:util'
import type { Case } from './cases.ts'
import type { Place } from './ports.ts'

/** Where everything answers. */
export type Addresses = Readonly<Record<Place | 'upstream', string>>

const PARTS: readonly (readonly [name: string, place: keyof Addresses, what: string])[] = [
  ['Console', 'console', 'open it in a browser: why a token may, or may not'],
  ['Worker', 'worker', 'dist/worker/index.js in workerd, with a KV namespace'],
  ['API Gateway', 'rest-token', 'REST API, TOKEN; a model, running dist/lambda/index.mjs'],
  ['', 'rest-request', 'REST API, REQUEST'],
  ['', 'http-1.0', 'HTTP API, payload 1.0'],
  ['', 'http-2.0', 'HTTP API, payload 2.0'],
  ['', 'websocket', 'WebSocket API'],
  ['Issuer', 'issuer', 'oidc-provider'],
  ['Tokens', 'tokens', 'hands out /read, /admin and others; open it for the list'],
  ['Upstream', 'upstream', 'the sample API; answers with what it received'],
]

const NAME_COLUMNS = 11
const URL_COLUMNS = 25
const VERDICT_COLUMNS = 22

/** What `npm start` prints once everything runs. */
export function renderBanner(addresses: Addresses, cases: readonly Case[]): string {
  const lines = [
    '',
    `  ${styleText('bold', 'edge-authorizer')}  the rules of authorizer.config.ts at two front doors`,
    '',
    ...PARTS.map(([name, place, what]) => renderAddress(name, addresses[place], what)),
    '',
    ...renderCases(addresses, cases),
    '  Decisions appear below as they are made. Ctrl-C ends everything.',
    '',
  ]
  return `${lines.join('\n')}\n`
}

const renderAddress = (name: string, url: string, what: string): string =>
  `  ${name.padEnd(NAME_COLUMNS)}  ${styleText('cyan', url.padEnd(URL_COLUMNS))}  ${styleText('dim', what)}`

function renderCases(addresses: Addresses, cases: readonly Case[]): readonly string[] {
  if (cases.length === 0) return []
  const blocks = cases.flatMap((one) => [renderPromise(one), ...renderLines(one, addresses), ''])
  return [
    '  Paste any line into another terminal. The other APIs take the same paths and tokens.',
    '',
    ...blocks,
  ]
}

function renderPromise({ status, code, gatewayStatus, story }: Case): string {
  const verdict = `${status} ${code}`.padEnd(VERDICT_COLUMNS)
  const elsewhere = gatewayStatus === undefined ? '' : ` (${gatewayStatus} at API Gateway)`
  return `  ${styleText(['bold', colourOf(status)], verdict)}  ${story}${elsewhere}`
}

const colourOf = (status: number): 'green' | 'yellow' | 'red' =>
  status < 400 ? 'green' : status < 500 ? 'yellow' : 'red'

/** At the Worker and at one API. Each fetches its token first, so that none is ever too old. */
function renderLines({ path, token }: Case, addresses: Addresses): readonly string[] {
  const fetched = `$(curl -s ${bare(addresses.tokens)}/${token})`
  const header = token === null ? '' : ` -H "Authorization: Bearer ${fetched}"`
  const doors = [addresses.worker, addresses['rest-token']]
  return doors.map((door) => `  curl -i ${bare(door)}${path}${header}`)
}

/** To `curl` an address without a scheme is http, and the line stays under 100 columns. */
const bare = (url: string): string => url.replace(/^http:\/\//, '')
