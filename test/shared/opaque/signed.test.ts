/** RFC 9701 §5: what else a signed answer has to be. That a forged one is refused: `introspection.test.ts`. */
import { describe, expect, it } from 'vitest'
import { CLOCK_TOLERANCE_SECONDS, SIGNED_ANSWER_SECONDS } from '../../../shared/limits.ts'
import { openSigned } from '../../../shared/opaque/signed.ts'
import type { Signatory } from '../../../shared/opaque/signed.ts'
import { deny, ok } from '../../../shared/reasons.ts'
import { encodePart } from '../../support/jws.ts'

const NOW = 1_800_000_000
const ISSUER = 'https://issuer.example/'
const TOLD = { active: true, sub: 'auth0|123' }
const HEADER = { alg: 'RS256', kid: 'k', typ: 'token-introspection+jwt' }
const CLAIMS = { iss: ISSUER, aud: 'api', iat: NOW, token_introspection: TOLD }

/** Has a key for everything, and every signature is good. */
const TRUSTING: Signatory = {
  issuer: ISSUER,
  algorithms: ['RS256'],
  findKeys: async () => ok({ keys: [{}], tier: 'memory', holds: () => true }),
  verify: async () => undefined,
}

const write = (header: object, claims: object): string =>
  `${encodePart(JSON.stringify(header))}.${encodePart(JSON.stringify(claims))}.AAAA`
const open = (text: string) => openSigned(text, 'api', TRUSTING, { now: NOW, context: {} })
const ask = (header: object, claims: object = {}) =>
  open(write({ ...HEADER, ...header }, { ...CLAIMS, ...claims }))

describe('a signed answer', () => {
  it.each([
    [{}, {}],
    [{ kid: undefined }, {}],
    [{ typ: 'application/Token-Introspection+JWT' }, {}],
    [{}, { aud: ['somebody', 'api'] }],
    [{}, { iat: NOW - SIGNED_ANSWER_SECONDS }],
    [{}, { exp: NOW - CLOCK_TOLERANCE_SECONDS + 1 }],
  ])('with %j and %j tells of the token', async (header, claims) => {
    expect(await ask(header, claims)).toEqual(TOLD)
  })

  it.each<[string, object, object?]>([
    ['another JWT', { typ: 'at+jwt' }],
    ['another JWT', { typ: undefined }],
    ['another JWT', { typ: ['token-introspection+jwt'] }],
    ['another JWT', { kid: 7 }],
    ['another JWT', { crit: ['exp'] }],
    ['algorithm', { alg: 'RS512' }],
    ['algorithm', { alg: 'none' }],
    ['algorithm', { alg: undefined }],
    ['another issuer', {}, { iss: 'https://other.example/' }],
    ['another issuer', {}, { iss: undefined }],
    ['another audience', {}, { aud: 'somebody' }],
    ['another audience', {}, { aud: undefined }],
    ['too old', {}, { iat: NOW - SIGNED_ANSWER_SECONDS - 1 }],
    ['too old', {}, { iat: NOW + SIGNED_ANSWER_SECONDS + 1 }],
    ['too old', {}, { iat: undefined }],
    ['too old', {}, { exp: NOW - CLOCK_TOLERANCE_SECONDS }],
    ['too old', {}, { exp: 'later' }],
    ['no token_introspection', {}, { token_introspection: undefined }],
    ['no token_introspection', {}, { token_introspection: [TOLD] }],
  ])('is %s with %j and %j', async (fault, header, claims) => {
    expect(await ask(header, claims)).toBe(fault)
  })

  const [head = '', payload = ''] = write(HEADER, CLAIMS).split('.')
  const twice = encodePart(`{"alg":"RS256","alg":"RS256","typ":"token-introspection+jwt"}`)
  it.each([
    ['is empty', ''],
    ['is not signed', `${head}.${payload}`],
    ['has a signature of another spelling', `${head}.${payload}.A`],
    ['has a fourth part', `${head}.${payload}.AAAA.AAAA`],
    ['has no claims', `${head}..AAAA`],
    ['has no header', `.${payload}.AAAA`],
    ['has a list for a header', `${encodePart('[]')}.${payload}.AAAA`],
    ['has a member twice', `${twice}.${payload}.AAAA`],
  ])('is none where it %s', async (_, text) => {
    expect(await open(text)).toBe('no signed JWT')
  })

  it('says why there are no keys, and what came of the signature', async () => {
    const asked = { now: NOW, context: {} }
    const text = write(HEADER, CLAIMS)
    const keyless: Signatory = { ...TRUSTING, findKeys: async () => deny('unknown_key') }
    expect(await openSigned(text, 'api', keyless, asked)).toBe('unknown_key')
    const forged: Signatory = { ...TRUSTING, verify: async () => 'signature_invalid' }
    expect(await openSigned(text, 'api', forged, asked)).toBe('signature')
  })
})
