import { connect } from 'node:net'
import { PATIENCE_MS } from '../../support/patience.ts'
import type { Header, Sent } from './door.ts'

export interface WireAnswer {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: string
  /** All of it, as it came. */
  readonly text: string
}

/**
 * One request over a socket, byte for byte as given: `fetch` would normalise the path and join repeated
 * fields, and Node's client refuses characters that a caller may well send.
 */
export function sendOverWire(
  port: number,
  { method = 'GET', path = '/', query, headers = [] }: Sent,
  host = 'api.example.com',
): Promise<WireAnswer> {
  const target = query === undefined ? path : `${path}?${query}`
  const connection: Header[] = headers.some(([name]) => name.toLowerCase() === 'upgrade')
    ? []
    : [['Connection', 'close']]
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...[['Host', host], ...connection, ...headers].map(([name, value]) => `${name}: ${value}`),
  ]
  return exchange(port, Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
}

function exchange(port: number, request: Buffer): Promise<WireAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>()
  const pieces: Buffer[] = []
  const finish = () => {
    const text = Buffer.concat(pieces).toString('latin1')
    if (text.includes('\r\n\r\n')) resolve(readAnswer(text))
    else reject(new Error(`no answer: ${text}`))
  }
  const socket = connect(port, '127.0.0.1', () => socket.write(request))
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer in time')))
  socket.on('data', (piece) => {
    pieces.push(piece)
    // A connection that was to be upgraded stays open.
    if (isComplete(Buffer.concat(pieces).toString('latin1'))) socket.destroy()
  })
  socket.on('error', reject)
  socket.on('close', finish)
  return promise
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const [, length] = /^content-length: *(\d+)/im.exec(text.slice(0, end)) ?? []
  return text.startsWith('HTTP/1.1 101 ') || text.length === end + 4 + Number(length)
}

function readAnswer(text: string): WireAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [line = '', ...fields] = text.slice(0, end).split('\r\n')
  const headers = fields.map((field): Header => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
  })
  const isChunked = headers.some(([name, value]) => name === 'transfer-encoding' && value !== '')
  const raw = text.slice(end + 4)
  const body = Buffer.from(isChunked ? joinChunks(raw) : raw, 'latin1').toString()
  return { status: Number(line.split(' ')[1]), headers, body, text }
}

function joinChunks(raw: string): string {
  const length = Number.parseInt(raw, 16)
  const start = raw.indexOf('\r\n') + 2
  if (!(length > 0)) return ''
  return raw.slice(start, start + length) + joinChunks(raw.slice(start + length + 2))
}

/** All values sent under a name. */
export const valuesOf = (headers: readonly Header[], wanted: string): readonly string[] =>
  headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
