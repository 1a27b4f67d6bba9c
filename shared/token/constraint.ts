/** Sender constraint (§5, RFC 7800): a token bound to a key or certificate is verified or refused. */
import { denial } from '../reasons.ts'
import type { Denial } from '../reasons.ts'
import type { Identity } from '../types.ts'

/** No proof can be checked yet, so every bound token is refused: without its proof, it may be stolen. */
export const checkConstraint = ({ claims }: Identity): Denial | undefined =>
  Object.hasOwn(claims, 'cnf') ? denial('sender_constraint_unsupported') : undefined
