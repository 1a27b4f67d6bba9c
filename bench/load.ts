/**
 * A client that costs little: requests written once, answers counted by their last bytes. One
 * connection for each caller, one request on it at a time. For loopback and answers of one shape.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** Of an answer without trailers. */
const CHUNKED_END = '0\r\n\r\n'
const OK = 'HTTP/1.1 200'

/**
 * Milliseconds until each request is answered, all with 200. The connections are new, because workerd
 * closes those that idle while others have their turn; opening them is not counted.
 */
export async function sendAll(
  port: number,
  callers: number,
  requests: readonly Buffer[],
): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: callers }, () => open(port)))
  let next = 0
  const take = () => {
    const request = requests[next]
    next += 1
    return request
  }
  const start = performance.now()
  try {
    await Promise.all(sockets.map((socket) => sendEach(socket, take)))
    return performance.now() - start
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  return socket.setEncoding('latin1')
}

function sendEach(socket: Socket, take: () => Buffer | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let answer = ''
  const sendNext = () => {
    const request = take()
    if (request) socket.write(request)
    else resolve()
  }
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('the Worker closed a connection')))
  socket.on('data', (piece: string) => {
    answer += piece
    if (!isWhole(answer)) return
    if (!answer.startsWith(OK)) reject(new Error(`the Worker answered ${answer.slice(9, 12)}`))
    answer = ''
    sendNext()
  })
  sendNext()
  return promise
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1]
  return length === undefined
    ? answer.endsWith(CHUNKED_END)
    : answer.length >= end + 4 + Number(length)
}

export const writeRequest = (path: string, token: string): Buffer =>
  Buffer.from(
    [
      `GET ${path} HTTP/1.1`,
      'host: api.example.com',
      'accept: application/json',
      'accept-encoding: gzip, br',
      'user-agent: patients-app/7.1',
      `authorization: Bearer ${token}`,
      '\r\n',
    ].join('\r\n'),
    'latin1',
  )
