/** Who can write to a shared tier must not be believed more than an issuer would be. */
import { describe, expect, it, vi } from 'vitest'
import type { KeyOptions } from '../../../shared/keys/options.ts'
import { parseRecord } from '../../../shared/keys/record.ts'
import { createTiers } from '../../../shared/keys/tiers.ts'
import {
  CLOCK_TOLERANCE_SECONDS,
  KEYS_FRESH_MAX_SECONDS,
  KEYS_FRESH_SECONDS,
  KEY_SET_ENTRIES,
  STORE_RECORD_BYTES,
} from '../../../shared/limits.ts'
import type { Store, StoreLifetime } from '../../../shared/ports.ts'
import { createKey } from '../../support/keys.ts'

const NOW = 1_800_000_000
const STALE_SECONDS = 3600
const ISSUER = 'https://issuer.example/'
const KEY = createKey('RS256').publicJwk
const SOUND = {
  issuer: ISSUER,
  jwksUri: `${ISSUER}jwks`,
  keys: [KEY],
  fetchedAt: NOW - 10,
  freshSeconds: 300,
}

const OPTIONS: KeyOptions = {
  issuer: ISSUER,
  jwksUri: undefined,
  staleSeconds: STALE_SECONDS,
  cooldownSeconds: 30,
  http: () => Promise.reject(new Error('no network')),
  timer: () => () => undefined,
  sharesPromises: true,
  freezes: false,
  tell: () => undefined,
}

const read = (members: object, options: Partial<KeyOptions> = {}) =>
  parseRecord(JSON.stringify({ ...SOUND, ...members }), { ...OPTIONS, ...options }, NOW)

describe('a record of a shared tier', () => {
  it('is taken as it is', () => expect(read({})).toEqual(SOUND))

  it.each<[object, Partial<KeyOptions>?]>([
    [{ fetchedAt: 0 }],
    [{ fetchedAt: NOW + CLOCK_TOLERANCE_SECONDS }],
    [{ freshSeconds: 0 }],
    [{ keys: Array(KEY_SET_ENTRIES).fill(KEY) }],
    [{ keys: [{ kty: 'unheard-of' }, KEY] }],
    [{ jwksUri: 'https://keys.example/jwks' }, { jwksUri: 'https://keys.example/jwks' }],
    [{ freshSeconds: 100 }, { freshSeconds: 100 }],
  ])('may have %j', (members, options) => {
    expect(read(members, options)).toEqual({ ...SOUND, ...members })
  })

  it.each<[object, Partial<KeyOptions>?]>([
    [{ issuer: 'https://other.example/' }],
    [{ issuer: undefined }],
    [{ jwksUri: 'https://other.example/jwks' }],
    [{ jwksUri: 'http://issuer.example/jwks' }],
    [{ jwksUri: undefined }],
    [{}, { jwksUri: 'https://keys.example/jwks' }],
    [{}, { jwksUri: `${ISSUER}other` }],
    [{ keys: [] }],
    [{ keys: {} }],
    [{ keys: undefined }],
    [{ keys: [KEY, 7] }],
    [{ keys: [KEY, null] }],
    [{ keys: [{ ...KEY, use: 'enc' }] }],
    [{ keys: Array(KEY_SET_ENTRIES + 1).fill(KEY) }],
    [{ fetchedAt: NOW + CLOCK_TOLERANCE_SECONDS + 1 }],
    [{ fetchedAt: -1 }],
    [{ fetchedAt: `${NOW}` }],
    [{ fetchedAt: undefined }],
    [{ freshSeconds: KEYS_FRESH_MAX_SECONDS + 1 }],
    [{ freshSeconds: 101 }, { freshSeconds: 100 }],
    [{ freshSeconds: -1 }],
    [{ freshSeconds: '300' }],
    [{ freshSeconds: null }],
  ])('is none with %j', (members, options) => {
    expect(read(members, options)).toBeUndefined()
  })

  it.each([null, undefined, 7, '', '[]', 'null', '{', '{}'])('is none where it is %j', (text) => {
    expect(parseRecord(text, OPTIONS, NOW)).toBeUndefined()
  })

  it('is read up to a length', () => {
    const text = JSON.stringify(SOUND)
    expect(parseRecord(text.padEnd(STORE_RECORD_BYTES), OPTIONS, NOW)).toEqual(SOUND)
    expect(parseRecord(text.padEnd(STORE_RECORD_BYTES + 1), OPTIONS, NOW)).toBeUndefined()
  })

  it('is relied on for longer where it is sealed', () => {
    const freshSeconds = KEYS_FRESH_SECONDS + 1
    expect(read({ freshSeconds })?.freshSeconds).toBe(KEYS_FRESH_SECONDS)
    expect(read({ freshSeconds }, { storeSecret: 'x' })?.freshSeconds).toBe(freshSeconds)
  })
})

describe('two tiers', () => {
  const put: (readonly [string, StoreLifetime])[] = []
  const holding = (name: string, age: number | undefined): Store => ({
    name,
    get: async () =>
      age === undefined ? null : JSON.stringify({ ...SOUND, fetchedAt: NOW - age }),
    put: async (_key, _value, lifetime) => void put.push([name, lifetime]),
  })
  const [FRESH, AGED, OLDER, OVER] = [10, 400, 500, 300 + STALE_SECONDS]
  const all = () => true

  it.each([
    ['near', [FRESH, FRESH]],
    ['far', [AGED, FRESH]],
    ['near', [AGED, AGED]],
    ['near', [AGED, OLDER]],
    ['far', [OLDER, AGED]],
    ['far', [OVER, AGED]],
    ['far', [undefined, OVER - 1]],
    [undefined, [OVER, undefined]],
    [undefined, [undefined, OVER]],
  ] as const)('are read, and %s is believed, of ages %j', async (name, [near, far]) => {
    const tiers = createTiers(OPTIONS, [holding('near', near), holding('far', far)])
    expect((await tiers.read(NOW, all))?.[1]).toBe(name)
  })

  it('are not both read where the nearer one is fresh', async () => {
    const get = vi.fn<Store['get']>(async () => null)
    const tiers = createTiers(OPTIONS, [holding('near', FRESH), { ...holding('far', FRESH), get }])
    expect((await tiers.read(NOW, all))?.[1]).toBe('near')
    expect(get).not.toHaveBeenCalled()
  })

  it.each([
    [undefined, ['near', 'far']],
    ['issuer', ['near', 'far']],
    ['far', ['near']],
    ['near', []],
  ])('are written where it was found in %s: %j', async (foundIn, names) => {
    put.length = 0
    const tiers = createTiers(OPTIONS, [holding('near', undefined), holding('far', undefined)])
    await tiers.write(SOUND, NOW, foundIn)
    const lifetime = { now: NOW, ttlSeconds: 300 + STALE_SECONDS - 10 }
    expect(put).toEqual(names.map((name) => [name, lifetime]))
  })
})

it('the word that one issuer is in trouble says nothing of another', async () => {
  const texts = new Map<string, string>()
  const store: Store = {
    name: 'kv',
    get: async (key) => texts.get(key) ?? null,
    put: async (key, value) => void texts.set(key, value),
  }
  const of = (issuer: string) =>
    createTiers({ ...OPTIONS, issuer, storeSecret: 'a secret of the instances, not of KV' }, [
      store,
    ])
  await of('https://a.example/').warn(NOW)
  const [[key = '', text = ''] = []] = texts
  texts.set(key.replace('a.example', 'b.example'), text)
  expect(await of('https://a.example/').warnedAt(NOW)).toBe(NOW)
  expect(await of('https://b.example/').warnedAt(NOW)).toBe(-Infinity)
})

it.each([{}, 7, null])('nothing but text is word of trouble: %j', async (value) => {
  const store = { name: 'kv', get: async () => value, put: async () => {} } as unknown as Store
  expect(await createTiers(OPTIONS, [store]).warnedAt(NOW)).toBe(-Infinity)
})
