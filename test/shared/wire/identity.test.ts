/** An identity as the headers of a request: printable, unmistakable, and nothing that is empty. */
import { expect, test } from 'vitest'
import type { Identity } from '../../../shared/index.ts'
import { writeIdentityHeaders } from '../../../shared/wire/identity.ts'
import { measure } from '../../support/cost.ts'

const IDENTITY: Identity = {
  subject: 'auth0|1',
  issuer: 'https://issuer.example/',
  audience: ['https://api.example.com'],
  clientId: null,
  scopes: [],
  permissions: [],
  issuedAt: 1_700_000_000,
  expiresAt: 1_700_000_600.5,
  tokenKind: 'jwt',
  claims: {},
}

test('what is empty is left out', () => {
  expect(writeIdentityHeaders(IDENTITY)).toEqual([
    ['x-auth-subject', 'auth0|1'],
    ['x-auth-issuer', 'https://issuer.example/'],
    ['x-auth-expires-at', '1700000600'],
    ['x-auth-token-kind', 'jwt'],
  ])
})

test.each([
  ['a b', 'a b'],
  ['a  b', 'a  b'],
  [' a', '%20a'],
  ['  a b', '%20%20a b'],
  ['a b  ', 'a b%20%20'],
  [' ', '%20'],
  ['   ', '%20%20%20'],
  ['!"#$%&~', '!"#$%25&~'],
  ['\u001f\u007f', '%1F%7F'],
  ['\u0080é', '%C2%80%C3%A9'],
  ['é ', '%C3%A9%20'],
])('the subject %j is written %j', (subject, text) => {
  const [first] = writeIdentityHeaders({ ...IDENTITY, subject })
  expect(first).toEqual(['x-auth-subject', text])
})

test('inner spaces are written in one pass, and only outer ones are encoded', () => {
  const inner = ' '.repeat(65_000)
  const identity = { ...IDENTITY, subject: ` a${inner}b  ` }
  const { outcome, ms } = measure(() => writeIdentityHeaders(identity))
  // The square of it is seconds.
  expect(ms).toBeLessThan(1000)
  expect(outcome[0]).toEqual(['x-auth-subject', `%20a${inner}b%20%20`])
})
