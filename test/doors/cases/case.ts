import type { DenyCode } from '../../../shared/index.ts'
import { CODES } from '../codes.ts'
import type { Door, Header, Need, Sent, Verdict } from '../support/door.ts'
import type { SettingName, World } from '../world.ts'

/** One row of the table: what is sent, under which configuration, and what must come of it. */
export interface Case {
  /** Of token-spec §10, or the section whose rule it is. */
  readonly number: string
  readonly title: string
  readonly setting: SettingName
  /** The pattern that must be found to match. */
  readonly route: string | null
  readonly send: Send
  readonly needs: readonly Need[]
  readonly verdict: Verdict
  /** `scope` of the challenge. */
  readonly scope?: string
  readonly hint?: RegExp
  /** Requests to any issuer. */
  readonly issuerRequests?: 0
  /** What must not be repeated to anybody. */
  readonly secrets?: readonly string[]
}

/** `door`: a cookie is judged by the origin that the caller addressed. */
export type Send = (world: World, door: Pick<Door, 'origin'>) => Sent

export type Options = Partial<Omit<Case, 'number' | 'title' | 'send' | 'verdict'>>

const DEFAULT_ROUTE = 'GET /a'

export const allow = (number: string, title: string, send: Send, options: Options = {}): Case =>
  row({ number, title, send, verdict: { outcome: 'allow' } }, options)

// oxlint-disable-next-line eslint/max-params -- a row of a table, read from left to right
export const deny = (
  number: string,
  title: string,
  code: DenyCode,
  send: Send,
  options: Options & { readonly status?: 404 } = {},
): Case => {
  const { status = CODES[code].status, ...rest } = options
  return row({ number, title, send, verdict: { outcome: 'deny', code, status } }, rest)
}

export const cannotTell = (
  number: string,
  title: string,
  send: Send,
  options: Options = {},
): Case => {
  const verdict = { outcome: 'unavailable', code: 'keys_unavailable' } as const
  return row({ number, title, send, verdict }, options)
}

function row(
  { send, ...given }: Pick<Case, 'number' | 'title' | 'send' | 'verdict'>,
  options: Options,
): Case {
  const { route = DEFAULT_ROUTE } = options
  const [method = 'GET', path = '/a'] = (route ?? DEFAULT_ROUTE).split(' ')
  return {
    ...given,
    setting: 'main',
    needs: [],
    ...options,
    route,
    send: (world, door) => ({ method, path, ...send(world, door) }),
  }
}

type Write = (world: World) => string

/** One `Authorization` field, as it stands. */
export const credentials =
  (write: Write, sent: Sent = {}): Send =>
  (world) => ({ ...sent, headers: [['Authorization', write(world)], ...(sent.headers ?? [])] })

export const bearer = (write: Write, sent: Sent = {}): Send =>
  credentials((world) => `Bearer ${write(world)}`, sent)

/** A request with these fields and no other. */
export const fields =
  (...headers: readonly Header[]): Send =>
  () => ({ headers })

/** Text as the bytes of UTF-8 travel in a header: one character each. */
export const asBytes = (text: string): string => Buffer.from(text).toString('latin1')

export const now = (): number => Math.floor(Date.now() / 1000)
