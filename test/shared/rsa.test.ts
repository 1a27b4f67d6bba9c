import { describe, expect, it } from 'vitest'
import { isSoundRsa, isWholeRsa } from '../../shared/rsa.ts'
import { privateJwk } from '../support/jwe.ts'
import { createKey } from '../support/keys.ts'

const whole = { ...privateJwk(createKey('RSA-OAEP-256')) } as Readonly<Record<string, string>>
const other = { ...privateJwk(createKey('RSA-OAEP-256', { nth: 1 })) } as typeof whole

const NUMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi']

describe('a private RSA key', () => {
  it('is whole when its numbers belong together', () => {
    expect(isWholeRsa(whole)).toBe(true)
    expect(isWholeRsa(other)).toBe(true)
    expect(isWholeRsa({ ...privateJwk(createKey('RS256', { exponent: 3 })) })).toBe(true)
  })

  it.each(NUMBERS)('is not whole without %s', (name) => {
    expect(isWholeRsa({ ...whole, [name]: undefined })).toBe(false)
    expect(isWholeRsa({ ...whole, [name]: 7 })).toBe(false)
    expect(isWholeRsa({ ...whole, [name]: '' })).toBe(false)
    expect(isWholeRsa({ ...whole, [name]: 'AQ' })).toBe(false)
  })

  it.each(NUMBERS.filter((name) => name !== 'e'))('is not whole with another %s', (name) => {
    expect(isWholeRsa({ ...whole, [name]: other[name] })).toBe(false)
    expect(isWholeRsa({ ...whole, [name]: whole[name]?.slice(0, -4) })).toBe(false)
  })

  it('is not whole with another e', () => {
    expect(isWholeRsa({ ...whole, e: 'AQAD' })).toBe(false)
  })
})

describe('an RSA key', () => {
  it.each([
    [true, {}],
    [true, { bits: 3072 }],
    [true, { jwk: { n: '_'.repeat(1365) + '8' } }],
    [false, { bits: 1024 }],
    [false, { exponent: 3 }],
    [false, { jwk: { e: 'AQAA' } }],
    [false, { jwk: { e: '__8' } }],
    [false, { jwk: { e: ['AQAB'] } }],
    [false, { jwk: { kty: 'EC' } }],
    [false, { jwk: { n: `AA${'_'.repeat(340)}` } }],
    [false, { jwk: { n: '_'.repeat(10_924) } }],
  ])('is sound: %s for %o', (sound, options) => {
    expect(isSoundRsa(createKey('RS256', options).publicJwk)).toBe(sound)
  })
})
