/** What to do about a refusal, in one sentence that names configured values. */
import type { Decision, Deny } from '../../shared/types.ts'
import { expectationsOf, listed } from './expect.ts'
import type { Expecting } from './expect.ts'
import type { Code } from './explanation.ts'
import { mendHabit } from './habit.ts'

type Write = (decision: Deny, of: Expecting) => string

const algorithmsOf = ({ issuers }: Expecting) =>
  listed(issuers.flatMap(({ algorithms }) => algorithms))
const audiencesOf = ({ issuers }: Expecting) =>
  listed(issuers.flatMap(({ audiences }) => audiences))

const isCut = (text: string | null): boolean =>
  text !== null && text.startsWith('eyJ') && text.split('.', 3).length < 3

/** Where the hint that goes over the wire is short, or would be better with the configured value. */
const MENDS: Readonly<Partial<Record<Code, Write>>> = {
  multiple_tokens: () => 'Send the token once, in one Authorization header.',
  opaque_token: (_, of) =>
    isCut(of.text)
      ? 'It begins like a JWT, but does not end like one: was it cut off on the way?'
      : `The token is opaque: request one with audience=${audiencesOf(of)}, and the issuer sends a JWT.`,
  encrypted_token_unsupported: () =>
    'Name the private key in `decryptionKeys`, or turn off token encryption for this API at the issuer.',
  encryption_required: () =>
    'Turn on token encryption for this API at the issuer, or remove `encryption` from its entry.',
  wrong_token_type: () =>
    "Send an access token; if it is one, set the API's JSON Web Token Profile to what `profile` says.",
  untrusted_key_header: () => 'Leave jwk, jku and x5u out: keys come from the issuer alone.',
  alg_not_allowed: (_, of) =>
    `Let the issuer sign with ${algorithmsOf(of)}, or add the algorithm to \`algorithms\`.`,
  issuer_mismatch: ({ hint }, { engine }) =>
    `${hint} Configured: ${[...engine.trust.issuers.keys()].join(', ')}.`,
  kid_invalid: () => 'Set `kid` to a string of 1 to 256 characters.',
  kid_missing: () => 'Have the issuer set `kid` in the header: it publishes several keys.',
  unknown_key: () =>
    "The issuer does not publish this key: was it revoked, or is the token another tenant's?",
  key_unusable: () =>
    'Publish the key with a `use`, `alg` and size that fit the algorithm of the token.',
  management_api_token: (_, of) =>
    `The token is for the Management API: request one with audience=${audiencesOf(of)}.`,
  id_token_used: (_, of) =>
    `This is an ID token: send the access token, requested with audience=${audiencesOf(of)}.`,
  audience_mismatch: (_, of) => `Request the token with audience=${audiencesOf(of)}.`,
  token_expired: () => 'Get a fresh token: this one has expired.',
  token_not_yet_valid: () => "Wait, or set the issuer's clock and this one right.",
  token_issued_in_future: () => "Set the issuer's clock and this one right.",
  sender_constraint_unsupported: () =>
    'Request a token without sender constraint: proofs of possession are not checked here.',
  insufficient_permissions: (_, of) => {
    const wanted = expectationsOf('authorization', of).filter(({ name }) => name === 'permissions')
    return `A new token will not help: give the user ${wanted.map(({ expected }) => expected).join(', and ')}.`
  },
  org_not_allowed: () => 'Log in to one of the organizations that the route names.',
  client_not_allowed: () => 'Use one of the clients that the route names.',
  principal_not_allowed: () => 'Call with the kind of principal that the route names.',
  actor_not_allowed: () => 'Call as the subject itself, or as an actor that the route names.',
  userinfo_subject_mismatch: () =>
    'Look at the issuer: its /userinfo answered for another user than the token names.',
  resource_owner_mismatch: () => "Ask for an object of the token's own subject.",
  no_matching_route: () => 'Add a rule for this method and path, or call a path that has one.',
}

export function writeMend(decision: Decision, of: Expecting): string {
  if (decision.outcome === 'allow') return 'Nothing to fix: the call is allowed.'
  if (decision.outcome === 'unavailable') {
    return `Try again in ${decision.retryAfterSeconds} s; if it lasts, check that the issuer can be reached (edge-authorizer check).`
  }
  return mendHabit(decision, of) ?? MENDS[decision.code]?.(decision, of) ?? decision.hint
}
