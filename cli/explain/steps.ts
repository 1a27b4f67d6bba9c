/** The walk through the checks, read off a decision that was made: nothing is checked again. */
import type { Judgement } from '../../shared/authorize.ts'
import { profileOfType } from '../../shared/token/profile.ts'
import type { Decision } from '../../shared/types.ts'
import { expectationsOf } from './expect.ts'
import type { Expecting } from './expect.ts'
import type { Code, Step, StepName, TokenView } from './explanation.ts'
import { STEPS, STEP_OF } from './step.ts'

export interface Walked {
  readonly judgement: Judgement
  readonly decision: Decision
  readonly token: TokenView | null
}

export function walkSteps(walked: Walked, expecting: Expecting): readonly Step[] {
  const { decision } = walked
  const code = decision.outcome === 'allow' ? null : decision.code
  const failed = code && failedStep(code, walked)
  const end = failed ? STEPS.findIndex(({ name }) => name === failed) : STEPS.length
  return STEPS.map((step, index): Step => {
    const base = { ...step, expects: expectationsOf(step.name, expecting) }
    if (index === end) return { ...base, verdict: 'fail', note: '', code }
    if (index > end) return { ...base, verdict: 'not reached', note: '', code: null }
    const note = reasonToSkip(step.name, walked)
    return { ...base, verdict: note === null ? 'pass' : 'skipped', note: note ?? '', code: null }
  })
}

/** Where one code may be said at several steps, what tells them apart. */
function failedStep(code: Code, { judgement, token }: Walked): StepName {
  const evidence = judgement.refusal?.outcome === 'deny' ? judgement.refusal.evidence : {}
  // `Bearer undefined` is no token at all.
  if (code === 'malformed_token' && evidence.hint) return 'extract'
  if (code === 'idp_token' && token?.kind === 'jws') return 'header'
  if (code === 'claim_invalid' && evidence.detail === 'exp') return 'time'
  if (STEP_OF[code] === 'introspection' && token?.kind !== 'opaque') return 'enrichment'
  if (code === 'wrong_token_type' && isEventToken(token)) return 'kind'
  // A text that is too long, or empty, is noticed when the key is looked up.
  if (code === 'kid_invalid' && typeof headerOf(token, 'kid') === 'string') return 'key'
  return STEP_OF[code]
}

const headerOf = (token: TokenView | null, wanted: string): unknown =>
  token?.header?.find(({ name }) => name === wanted)?.value

/** `typ` is good, so it was the `events` claim. */
const isEventToken = (token: TokenView | null): boolean =>
  profileOfType(String(headerOf(token, 'typ'))) !== undefined &&
  token?.claims?.some(({ name }) => name === 'events') === true

const PUBLIC = 'the route is public: a token is ignored'
const PREFLIGHT = 'a preflight carries no token'

const NOT_CONFIGURED = 'not configured'

/** Of a token that only its issuer can read. */
const OF_TEXT = new Set<StepName>(['decode', 'decrypt', 'header', 'issuer', 'key', 'signature'])

function reasonToSkip(step: StepName, { judgement, token }: Walked): string | null {
  if (judgement.isPublic && step !== 'route') {
    return judgement.route?.rule === 'public' ? PUBLIC : PREFLIGHT
  }
  if (token?.kind === 'opaque' && OF_TEXT.has(step)) return 'the token is opaque'
  if (step === 'introspection' && token?.kind !== 'opaque') return 'the token is not opaque'
  if (step === 'decrypt' && token?.kind !== 'jwe') return 'the token is not encrypted'
  if (step === 'enrichment') return isEnriched(judgement) ? null : NOT_CONFIGURED
  return step === 'revocation' ? NOT_CONFIGURED : null
}

function isEnriched({ route }: Judgement): boolean {
  const access = route?.rule ?? 'public'
  return access !== 'public' && access.userinfo !== undefined
}
