import { Agent, get } from 'node:http'
import type { Door } from './doors.ts'
import { KINDS, type Kind, type Tokens } from './tokens.ts'

export interface Answered {
  readonly kind: Kind
  readonly status: number
  readonly milliseconds: number
}

export interface Load {
  stop(): Promise<void>
}

const TICK_MS = 10
/** More than these under way, and a tick is left out. */
const MOST_AT_ONCE = 64
/** Three in four tokens are good. */
const MIX: readonly Kind[] = [...KINDS.slice(1), ...Array<Kind>(15).fill('good')]

/** So many requests a second, from now until stopped. */
export function startLoad(
  { url }: Door,
  tokens: Tokens,
  perSecond: number,
  take: (answered: Answered) => void,
): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_AT_ONCE })
  const underWay = new Set<Promise<void>>()
  let turn = 0
  const send = async () => {
    const kind = MIX[(turn += 1) % MIX.length] ?? 'good'
    const token = tokens.take(kind)
    if (token === undefined) return
    const startedAt = performance.now()
    const status = await ask(url, token, agent)
    take({ kind, status, milliseconds: performance.now() - startedAt })
  }
  const timer = setInterval(() => {
    for (let count = 0; count < (perSecond * TICK_MS) / 1000; count += 1) {
      if (underWay.size >= MOST_AT_ONCE) return
      const sending = send().finally(() => void underWay.delete(sending))
      underWay.add(sending)
    }
  }, TICK_MS)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      agent.destroy()
    },
  }
}

/** 0: no answer. A kept connection that was closed in the same moment says nothing of the door. */
function ask(url: string, token: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` }
    const request = get(url, { headers, agent }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    request.on('error', () => resolve(request.reusedSocket ? ask(url, token, agent) : 0))
  })
}
