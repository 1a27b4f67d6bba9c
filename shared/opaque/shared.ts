/**
 * Verdicts in a shared tier, so that a new instance need not ask again. Whoever can write there must
 * not be able to make a token good, and whoever can read there must learn nothing of a caller: so a
 * record is sealed (AES-GCM) under a key made of our secret and the token itself. All that a foreign
 * hand can do is to lose a record, or to put an older one of the same token back, whose age is in it.
 *
 * Only "active" is shared; an outage and a refusal are each instance's own.
 */
import { createAttempt } from '../attempt.ts'
import { bytesOf, encodeBase64, encodeUtf8 } from '../bytes.ts'
import { isObject, parseJson } from '../json.ts'
import { CLOCK_TOLERANCE_SECONDS, STORE_RECORD_BYTES } from '../limits.ts'
import type { Store, Timer } from '../ports.ts'
import { ok } from '../reasons.ts'
import type { VerifiedToken } from '../token/verdict.ts'
import type { Verdict } from './source.ts'

export interface SharedOptions {
  readonly stores: readonly Store[]
  readonly secret: string
  readonly issuer: string
  /** All that a verdict depends on beside the token: a record of another configuration is none. */
  readonly configuration: string
  readonly timer: Timer
  readonly tell: (fault: string) => void
}

export interface DatedVerdict {
  readonly verdict: Verdict
  /** Epoch seconds. */
  readonly askedAt: number
}

export interface SharedVerdicts {
  /** The youngest question of any instance about this token that is still good. */
  read(token: string, now: number): Promise<DatedVerdict | undefined>
  write(token: string, verdict: Verdict, now: number): Promise<unknown>
}

export function createShared(options: SharedOptions): SharedVerdicts {
  const { stores, issuer, timer, tell } = options
  const attempt = createAttempt(timer, tell)
  return {
    async read(token, now) {
      const [place, key] = [await placeOf(issuer, token), await sealingKey(options, token)]
      for (const store of stores) {
        const text = await attempt(store, () => store.get(place, now))
        const found = typeof text === 'string' ? readRecord(await open(text, key), now) : undefined
        if (found) return found
      }
      return undefined
    },
    async write(token, { result, keepSeconds }, now) {
      if (!result.ok || keepSeconds <= 0) return
      const { keyTier: _tier, ...value } = result.value
      const record = JSON.stringify({ askedAt: now, keepSeconds, value })
      const [place, key] = [await placeOf(issuer, token), await sealingKey(options, token)]
      const sealed = await seal(record, key)
      const lifetime = { now, ttlSeconds: Math.ceil(keepSeconds) }
      const put = (store: Store) =>
        attempt(store, () => store.put(place, sealed, lifetime).then(() => true))
      await Promise.all(stores.map(put))
    },
  }
}

/** Never the token: a digest of issuer and token, with a byte between that neither has. */
async function placeOf(issuer: string, token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', encodeUtf8(`${issuer}\0${token}`))
  return `verdict:${encodeBase64(new Uint8Array(digest)).replaceAll('+', '-').replaceAll('/', '_')}`
}

async function sealingKey(
  { secret, configuration }: SharedOptions,
  token: string,
): Promise<CryptoKey> {
  const { subtle } = crypto
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const base = await subtle.importKey('raw', encodeUtf8(secret), hmac, false, ['sign'])
  const bits = await subtle.sign('HMAC', base, encodeUtf8(`${configuration}\0${token}`))
  return subtle.importKey('raw', new Uint8Array(bits), { name: 'AES-GCM' }, false, [
    'encrypt',
    'decrypt',
  ])
}

const NONCE_BYTES = 12

async function seal(text: string, key: CryptoKey): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, encodeUtf8(text))
  return encodeBase64(iv) + encodeBase64(new Uint8Array(sealed))
}

/** undefined: not sealed by us, for this token, under this configuration. */
async function open(text: string, key: CryptoKey): Promise<string | undefined> {
  try {
    if (text.length > STORE_RECORD_BYTES) return undefined
    const bytes = bytesOf(atob(text))
    const iv = bytes.slice(0, NONCE_BYTES)
    const data = bytes.slice(NONCE_BYTES)
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, data)
    return new TextDecoder().decode(new Uint8Array(opened))
  } catch {
    return undefined
  }
}

/** Ours, since nobody else can seal; only its age is open. JSON writes infinities as null. */
function readRecord(text: string | undefined, now: number): DatedVerdict | undefined {
  const record = text === undefined ? undefined : parseJson(text)
  if (!isObject(record)) return undefined
  const { askedAt, keepSeconds, value } = record as unknown as SealedRecord
  if (now >= askedAt + keepSeconds || askedAt > now + CLOCK_TOLERANCE_SECONDS) return undefined
  const { times, issuer, identity } = value
  const token: VerifiedToken = {
    identity,
    times: {
      notBefore: times.notBefore,
      issuedAt: times.issuedAt ?? -Infinity,
      expiresAt: times.expiresAt ?? Infinity,
    },
    issuer: { maxLifetimeSeconds: issuer.maxLifetimeSeconds ?? Infinity },
    keyTier: 'shared',
  }
  return { askedAt, verdict: { result: ok(token), keepSeconds } }
}

interface SealedRecord {
  readonly askedAt: number
  readonly keepSeconds: number
  readonly value: {
    readonly identity: VerifiedToken['identity']
    readonly times: {
      readonly notBefore: number
      readonly issuedAt: number | null
      readonly expiresAt: number | null
    }
    readonly issuer: { readonly maxLifetimeSeconds: number | null }
  }
}
