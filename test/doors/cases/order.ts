import type { DenyCode } from '../../../shared/index.ts'
import { encodeLoosely, encodePart, respell } from '../../support/jws.ts'
import { createKey } from '../../support/keys.ts'
import type { Members } from '../../support/signer.ts'
import { bearer, credentials, deny, now, type Case, type Options, type Send } from './case.ts'
import { AUDIENCE } from '../world.ts'

/** Token-spec §2.2: two faults in one request, and the one that an earlier step finds wins. */
export const order = (): readonly Case[] => [
  ...requests(),
  ...decoding(),
  ...headers(),
  ...issuersAndKeys(),
  ...claims(),
  ...times(),
  ...rules(),
]

const before = (first: DenyCode, second: string, send: Send, options: Options = {}): Case =>
  deny('§2.2', `${first} before ${second}`, first, send, options)

/** A token of the main issuer. */
const token = (claims: Members, header: Members = {}, options = {}): Send =>
  bearer(({ main }) => main.sign(claims, header, options))

const FORGED = { signature: 'AAAA' }
const BOUND = { cnf: { jkt: 'x' } }
const EXPIRED = { iat: now() - 7200, exp: now() - 3600 }
const FOREIGN = { aud: 'https://somebody.else' }
const ID = { nonce: 'x' }

/** Steps 0 and 1: the route, then the request, then what kind of token it is. */
function requests(): readonly Case[] {
  const nowhere = { route: null, needs: ['path'] } as const
  const good: Send = bearer(({ main }) => main.sign(), { query: 'access_token=x' })
  return [
    before(
      'path_ambiguous',
      'no_matching_route',
      bearer(() => 'x', { path: '/b//' }),
      nowhere,
    ),
    before(
      'path_ambiguous',
      'malformed_authorization',
      bearer(() => '"', { path: '/a//' }),
      nowhere,
    ),
    before(
      'no_matching_route',
      'malformed_authorization',
      bearer(() => '"', { path: '/b' }),
      nowhere,
    ),
    before(
      'no_matching_route',
      'multiple_tokens',
      (world, door) => ({ ...good(world, door), path: '/b' }),
      { route: null, needs: ['path', 'query'] },
    ),
    before(
      'multiple_tokens',
      'opaque_token',
      bearer(() => 'x', { query: 'access_token=x' }),
      { needs: ['query'] },
    ),
    before(
      'multiple_tokens',
      'unsupported_scheme',
      credentials(() => 'Basic eA==', { query: 'access_token=x' }),
      { needs: ['query'] },
    ),
    before(
      'malformed_authorization',
      'idp_token',
      bearer(() => 'gho_x y'),
    ),
    before(
      'token_too_large',
      'idp_token',
      bearer(() => `gho_${'x'.repeat(1100)}`),
      { setting: 'small' },
    ),
  ]
}

/** Step 2, of all three parts, before anything in them is believed. */
function decoding(): readonly Case[] {
  const payload = (claims: Members, header: Members): Send =>
    bearer(({ main }) =>
      main.signParts(
        encodePart(JSON.stringify(main.header(header))),
        encodeLoosely(JSON.stringify(main.claims(claims))),
      ),
    )
  const signature = (claims: Members, header: Members): Send =>
    bearer(({ main }) => {
      const [head, body, signed = ''] = main.sign(claims, header, { signWith: 'RS256' }).split('.')
      return `${head}.${body}.${respell(signed)}`
    })
  const faults: readonly (readonly [string, Members, Members])[] = [
    ['critical_header_unsupported', {}, { crit: [] }],
    ['untrusted_key_header', {}, { jku: 'https://evil.example/' }],
    ['kid_invalid', {}, { kid: 7 }],
    ['wrong_token_type', {}, { typ: 'dpop+jwt' }],
    ['alg_not_allowed', {}, { alg: 'none' }],
    ['issuer_mismatch', { iss: 'https://evil.example/' }, {}],
    ['unknown_key', {}, { kid: 'x' }],
    ['token_expired', EXPIRED, {}],
  ]
  return faults.flatMap(([second, claims, header]) => [
    before('malformed_token', `${second}: the payload`, payload(claims, header)),
    before('malformed_token', `${second}: the signature`, signature(claims, header)),
  ])
}

/** Step 4, one after the other, and before the issuer is looked at. */
function headers(): readonly Case[] {
  const elsewhere = { iss: 'https://evil.example/' }
  const signed = { signWith: 'RS256' }
  return [
    before(
      'malformed_token',
      'critical_header_unsupported',
      token({}, { alg: 7, crit: [] }, signed),
    ),
    before('malformed_token', 'kid_invalid', token({}, { typ: 7, kid: 7 })),
    before('kid_invalid', 'critical_header_unsupported', token({}, { kid: 7, crit: [] })),
    before(
      'critical_header_unsupported',
      'untrusted_key_header',
      token({}, { crit: [], jku: 'x' }),
    ),
    before(
      'critical_header_unsupported',
      'alg_not_allowed',
      token({}, { b64: false, alg: 'none' }),
    ),
    before('untrusted_key_header', 'wrong_token_type', token({}, { jwk: {}, typ: 'dpop+jwt' })),
    before('wrong_token_type', 'alg_not_allowed', token({}, { typ: 'dpop+jwt', alg: 'none' })),
    before('wrong_token_type', 'issuer_mismatch', token(elsewhere, { typ: 'dpop+jwt' })),
    before('alg_not_allowed', 'issuer_mismatch', token(elsewhere, { alg: 'none' })),
    before('untrusted_key_header', 'issuer_mismatch', token(elsewhere, { x5u: 'x' })),
    before('kid_invalid', 'issuer_mismatch', token(elsewhere, { kid: 7 })),
  ]
}

/** Steps 5 to 7: issuer, its algorithms, key, signature. Unverified claims decide nothing else. */
function issuersAndKeys(): readonly Case[] {
  const elsewhere = { iss: 'https://evil.example/' }
  const long = 'k'.repeat(300)
  return [
    before('issuer_mismatch', 'kid_invalid, which is too long', token(elsewhere, { kid: long })),
    before('issuer_mismatch', 'signature_invalid', token(elsewhere, {}, FORGED)),
    before('issuer_mismatch', 'token_expired', token({ ...elsewhere, ...EXPIRED })),
    before(
      'alg_not_allowed',
      'kid_invalid, which is too long',
      token({}, { alg: 'PS256', kid: long }),
    ),
    before('alg_not_allowed', 'unknown_key', token({}, { alg: 'PS256', kid: 'x' })),
    before(
      'wrong_token_type',
      'alg_not_allowed, by the profile that is pinned',
      bearer(({ rfc9068 }) => rfc9068.sign({}, { alg: 'PS256' }, { signWith: 'RS256' })),
    ),
    before(
      'wrong_token_type',
      'unknown_key, by the profile that is pinned',
      bearer(({ auth0 }) => auth0.signRfc9068({}, { kid: 'x' })),
    ),
    before('kid_invalid', 'signature_invalid', token({}, { kid: long }, FORGED)),
    before('unknown_key', 'signature_invalid', token({}, { kid: 'x' }, FORGED)),
    before('key_unusable', 'signature_invalid', token({}, { kid: 'for-encryption' }, FORGED)),
    before('unknown_key', 'token_expired', token(EXPIRED, { kid: 'x' })),
    ...Object.entries({
      claim_missing: { sub: undefined },
      claim_type_invalid: { exp: 'x' },
      id_token_used: ID,
      audience_mismatch: FOREIGN,
      token_expired: EXPIRED,
      sender_constraint_unsupported: BOUND,
      insufficient_scope: { scope: 'x' },
    }).map(([second, claims]) => before('signature_invalid', second, token(claims, {}, FORGED))),
    before(
      'signature_invalid',
      'audience_mismatch, by a key of nobody',
      bearer(({ main }) =>
        main.sign(FOREIGN, {}, { key: createKey('RS256', { nth: 4, kid: 'rs256-0' }) }),
      ),
    ),
  ]
}

/** Steps 8 to 10. */
function claims(): readonly Case[] {
  const management = ({ issuer }: { readonly issuer: string }) => `${issuer}api/v2/`
  return [
    before('claim_missing', 'claim_type_invalid', token({ sub: undefined, scope: 7 })),
    before('claim_missing', 'id_token_used', token({ sub: undefined, ...ID })),
    before(
      'claim_missing',
      'audience_mismatch',
      token({ iat: undefined, exp: now() + 3600, ...FOREIGN }),
    ),
    before('claim_missing', 'token_expired', token({ ...EXPIRED, iat: undefined })),
    before('claim_type_invalid', 'claim_invalid', token({ client_id: 'other', scope: 7 })),
    before('claim_type_invalid', 'id_token_used', token({ ...ID, scope: 7 })),
    before(
      'claim_type_invalid',
      'management_api_token',
      bearer(({ main }) => main.sign({ aud: management(main), scope: 7 })),
    ),
    before('claim_type_invalid', 'audience_mismatch', token({ ...FOREIGN, scope: 7 })),
    before('claim_type_invalid', 'token_expired', token({ ...EXPIRED, scope: 7 })),
    before('claim_type_invalid', 'sender_constraint_unsupported', token({ ...BOUND, scope: 7 })),
    before('id_token_used', 'audience_mismatch', token({ ...ID, ...FOREIGN })),
    before(
      'management_api_token',
      'token_expired',
      bearer(({ main }) => main.sign({ aud: management(main), ...EXPIRED })),
    ),
    before('wrong_token_type', 'audience_mismatch', token({ events: {}, ...FOREIGN })),
    before('id_token_used', 'token_expired', token({ ...ID, ...EXPIRED })),
    before('audience_mismatch', 'token_expired', token({ ...FOREIGN, ...EXPIRED })),
    before('audience_mismatch', 'sender_constraint_unsupported', token({ ...FOREIGN, ...BOUND })),
    before('audience_mismatch', 'insufficient_scope', token({ aud: `${AUDIENCE}/`, scope: 'x' })),
  ]
}

/** Steps 11 and 12. */
function times(): readonly Case[] {
  const at = (members: (now: number) => Members): Send =>
    bearer(({ main }) => main.sign(members(now())))
  const bank = { route: 'GET /bank' } as const
  const fresh = { route: 'GET /fresh' } as const
  return [
    before(
      'token_expired',
      'claim_invalid',
      at((now) => ({ iat: now - 60, exp: now - 70 })),
    ),
    before(
      'token_expired',
      'token_lifetime_exceeded',
      at((now) => ({ iat: now - 7200, exp: now - 60 })),
      bank,
    ),
    before(
      'token_expired',
      'token_too_old',
      at((now) => ({ iat: now - 7200, exp: now - 60 })),
      fresh,
    ),
    before('token_expired', 'sender_constraint_unsupported', token({ ...EXPIRED, ...BOUND })),
    before('token_expired', 'insufficient_scope', token({ ...EXPIRED, scope: 'x' })),
    before(
      'token_not_yet_valid',
      'token_issued_in_future',
      at((now) => ({ nbf: now + 60, iat: now + 60 })),
    ),
    before(
      'token_issued_in_future',
      'claim_invalid',
      at((now) => ({ iat: now + 60, exp: now + 30 })),
    ),
    before(
      'token_not_yet_valid',
      'token_lifetime_exceeded',
      at((now) => ({ nbf: now + 60 })),
      bank,
    ),
    before(
      'token_lifetime_exceeded',
      'token_too_old',
      at((now) => ({ iat: now - 1000, exp: now + 2_592_000 })),
      fresh,
    ),
    before('token_lifetime_exceeded', 'sender_constraint_unsupported', token(BOUND), bank),
    before('token_lifetime_exceeded', 'insufficient_scope', token({ scope: 'x' }), bank),
    before(
      'token_too_old',
      'sender_constraint_unsupported',
      at((now) => ({ iat: now - 1000, ...BOUND })),
      fresh,
    ),
    before(
      'token_too_old',
      'insufficient_scope',
      at((now) => ({ iat: now - 1000, scope: 'x' })),
      fresh,
    ),
    before('sender_constraint_unsupported', 'insufficient_scope', token({ ...BOUND, scope: 'x' })),
  ]
}

/** Step 14. */
function rules(): readonly Case[] {
  return [
    before('insufficient_scope', 'insufficient_permissions', token({ scope: 'x' }), {
      setting: 'rules',
      route: 'GET /both',
      scope: 'read:a',
    }),
    before(
      'sender_constraint_unsupported',
      'resource_owner_mismatch',
      bearer(({ main }) => main.sign(BOUND), { path: '/users/x' }),
      { setting: 'rules', route: 'GET /users/{id}', needs: ['path'] },
    ),
  ]
}
