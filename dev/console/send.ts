/** The same request to the doors that run here: byte for byte, which `fetch` would not leave it. */
import { request } from 'node:http'
import { PLACES } from '../ports.ts'
import type { SendQuestion, SentAnswer } from './api.ts'
import { buildRequest } from './question.ts'

const HTTP_DOORS = ['worker', 'rest-token', 'rest-request', 'http-1.0', 'http-2.0'] as const

type HttpDoor = (typeof HTTP_DOORS)[number]

const SEND_MS = 5000

export function sendToDoors(
  question: SendQuestion,
  addresses: Readonly<Record<HttpDoor, string>>,
): Promise<readonly SentAnswer[]> {
  return Promise.all(
    HTTP_DOORS.map(async (place) => ({
      title: PLACES[place],
      status: await send(question, addresses[place]).catch(() => null),
    })),
  )
}

function send({ token, ...sent }: SendQuestion, address: string): Promise<number | null> {
  const { hostname, port, pathname } = new URL(address)
  const { method, path, query, headers } = buildRequest(sent)
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  const asked = request({
    hostname,
    port,
    method,
    path: encode(`${pathname.replace(/\/$/, '')}${path}${query === undefined ? '' : `?${query}`}`),
    timeout: SEND_MS,
  })
  if (token !== null) asked.appendHeader('authorization', `Bearer ${token}`)
  for (const [name, value] of Object.entries(headers)) {
    asked.appendHeader(name, [value ?? []].flat())
  }
  asked.on('response', (response) => {
    response.resume()
    resolve(response.statusCode ?? null)
  })
  asked.on('timeout', () => asked.destroy())
  asked.on('error', reject)
  asked.on('close', () => resolve(null))
  asked.end()
  return promise
}

/** What no request line can hold, as a browser would send it. */
const encode = (target: string): string =>
  target.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent)
