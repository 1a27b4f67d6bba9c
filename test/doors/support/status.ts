import type { Verdict } from './door.ts'

/** The status of an HTTP answer that can say everything (contract §4, Worker). */
export function statusOf(verdict: Verdict): number {
  if (verdict.outcome === 'deny') return verdict.status
  return verdict.outcome === 'allow' ? 200 : 503
}
