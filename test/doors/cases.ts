import { authorization } from './cases/authorization.ts'
import type { Case } from './cases/case.ts'
import { claims } from './cases/claims.ts'
import { crypto } from './cases/crypto.ts'
import { encrypted } from './cases/encrypted.ts'
import { extraction } from './cases/extraction.ts'
import { kinds } from './cases/kinds.ts'
import { opaque } from './cases/opaque.ts'
import { order } from './cases/order.ts'

const aboutRequests = [...extraction(), ...authorization()]
const aboutTokens = [...kinds(), ...encrypted(), ...crypto(), ...claims(), ...opaque(), ...order()]

/** What the product must make of a request: one table, true at every front door. */
export const CASES: readonly Case[] = [...aboutRequests, ...aboutTokens]

/** All that depends on how a request is carried, and for each other code its first case. */
export const CASES_OF_CARRIAGE: readonly Case[] = [
  ...aboutRequests,
  ...new Map(aboutTokens.toReversed().map((one) => [codeOf(one), one])).values(),
]

export const nameOf = (one: Case): string =>
  `${one.number} ${one.title}: ${codeOf(one) ?? 'allowed'}`

export function codeOf({ verdict }: Case): string | null {
  return verdict.outcome === 'allow' ? null : verdict.code
}
