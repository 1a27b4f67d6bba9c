import { randomUUID } from 'node:crypto'
import { encodePart, signParts, type SignatureOptions } from './jws.ts'
import { createKey, type TestKey } from './keys.ts'

export interface SignerOptions {
  readonly issuer: string
  /** `https://api.example.com` */
  readonly audience?: string
  /** Default: one RS256 key. The first signs; the array may be changed at any time. */
  readonly keys?: TestKey[]
  /** Epoch seconds. Default: the clock. */
  readonly now?: () => number
}

/** Members replace the defaults; `undefined` leaves one out. */
export type Members = Readonly<Record<string, unknown>>

/** Writes tokens as an issuer would, or as none should. Needs no network. */
export interface Signer {
  readonly audience: string
  readonly keys: TestKey[]
  /** What `sign` writes before it is text: for `signRaw` and `signParts`. */
  header(members?: Members, key?: TestKey): Members
  claims(members?: Members): Members
  /** An access token in Auth0's profile: `typ` JWT, `azp`, a day to live, scope `read:a`. */
  sign(claims?: Members, header?: Members, options?: SignatureOptions): string
  /** The same in RFC 9068's: `typ` at+jwt, `client_id` and `jti`. */
  signRfc9068(claims?: Members, header?: Members, options?: SignatureOptions): string
  /** Header and payload are the JSON texts, or bytes, themselves; signed by the key's own algorithm. */
  signRaw(
    header: string | Uint8Array,
    payload: string | Uint8Array,
    options?: SignatureOptions,
  ): string
  /** Header and payload are encoded already. */
  signParts(header: string, payload: string, options?: SignatureOptions): string
}

const DAY_SECONDS = 86_400
const CLIENT = 'client-1'

export function createSigner(options: SignerOptions): Signer {
  const { issuer, audience = 'https://api.example.com', keys = [createKey()] } = options
  const { now = () => Math.floor(Date.now() / 1000) } = options

  function firstKey(): TestKey {
    const [key] = keys
    if (!key) throw new TypeError('there is no key to sign with: name one in the options')
    return key
  }

  const withKey = (chosen: SignatureOptions) => ({ ...chosen, key: chosen.key ?? firstKey() })

  const header = (members: Members = {}, { alg, kid } = firstKey()): Members => ({
    alg,
    typ: 'JWT',
    kid,
    ...members,
  })
  const claims = (members: Members = {}): Members => ({
    ...defaultClaims(issuer, audience, members['iat'] ?? now()),
    ...members,
  })

  function sign(body: Members = {}, head: Members = {}, chosen: SignatureOptions = {}): string {
    const options = withKey(chosen)
    const first = header(head, options.key)
    return signParts(encodePart(JSON.stringify(first)), encodePart(JSON.stringify(claims(body))), {
      signWith: String(first['alg']),
      ...options,
    })
  }

  return {
    audience,
    keys,
    header,
    claims,
    sign,
    signRfc9068: (body, head, chosen) =>
      sign({ ...rfc9068Claims(), ...body }, { typ: 'at+jwt', ...head }, chosen),
    signRaw: (head, body, chosen = {}) =>
      signParts(encodePart(head), encodePart(body), withKey(chosen)),
    signParts: (head, body, chosen = {}) => signParts(head, body, withKey(chosen)),
  }
}

function defaultClaims(iss: string, aud: string, iat: unknown) {
  const exp = typeof iat === 'number' ? iat + DAY_SECONDS : undefined
  return { iss, sub: 'auth0|123', aud, azp: CLIENT, iat, exp, scope: 'read:a' }
}

function rfc9068Claims(): Members {
  return { azp: undefined, client_id: CLIENT, jti: randomUUID() }
}
