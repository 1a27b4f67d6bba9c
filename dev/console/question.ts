/** From what a page sends to what an explainer is asked. */
import { createExplainer, type Explain } from '../../cli/explain/explain.ts'
import type { Config } from '../../shared/config/types.ts'
import { fetchHttp } from '../../shared/http.ts'
import { CONNECT } from '../../shared/policy/pattern.ts'
import type { Environment } from '../../shared/ports.ts'
import type { AuthRequest } from '../../shared/types.ts'
import type { ExplainAnswer, ExplainQuestion } from './api.ts'

export interface Explainers {
  readonly at: (clockSeconds: number) => Explain
  /** What comes next is explained as by an instance that has just started. */
  forget(): void
}

/** One explainer for each setting of the clock: keys fetched tomorrow are no keys of today. */
export function createExplainers(rules: Config, environment: Environment): Explainers {
  let current: readonly [clockSeconds: number, explain: Explain] | null = null
  return {
    at(clockSeconds) {
      if (current?.[0] === clockSeconds) return current[1]
      current = [clockSeconds, createExplainer(rules, { http: fetchHttp, environment })]
      return current[1]
    },
    forget() {
      current = null
    },
  }
}

export const nowAt = (clockSeconds: number): number => Date.now() / 1000 + clockSeconds

export function explainQuestion(
  explain: Explain,
  { token, clockSeconds, ...sent }: ExplainQuestion,
): Promise<ExplainAnswer> {
  return explain({ request: buildRequest(sent), token, now: nowAt(clockSeconds) })
}

type Sent = Pick<ExplainQuestion, 'method' | 'target' | 'headers'>

export function buildRequest({ method, target, headers }: Sent): AuthRequest {
  const [, origin = '', rest = ''] = /^(https?:\/\/[^/?#]+)?([^#]*)/i.exec(target) ?? []
  const [path = '', ...query] = rest.split('?')
  const sound = path === CONNECT || path.startsWith('/') ? path : `/${path}`
  return {
    method: method.toUpperCase(),
    path: sound,
    ...(query.length > 0 && { query: query.join('?') }),
    headers: groupHeaders(headers),
    ...(origin && { origin }),
    ...(sound === CONNECT && { webSocket: true }),
  }
}

function groupHeaders(lines: Sent['headers']): AuthRequest['headers'] {
  const groups = Map.groupBy(lines, ([name]) => name.toLowerCase())
  return Object.fromEntries([...groups].map(([name, list]) => [name, list.map(([, one]) => one)]))
}
