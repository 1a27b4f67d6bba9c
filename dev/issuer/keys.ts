import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'

export type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
export type Algorithms = readonly [Algorithm, ...Algorithm[]]

type Stage = 'current' | 'next' | 'previous'

interface SigningKey {
  readonly kid: string
  readonly algorithm: Algorithm
  readonly privateJwk: JWK
  stage: Stage
}

/** The issuer's signing keys: one current key per algorithm, and beside it those announced or not yet retired. */
export interface KeyRing {
  /** Private keys, current ones first: oidc-provider signs with the first key that fits the algorithm. */
  jwks(): { keys: JWK[] }
  currentKid(algorithm?: Algorithm): string
  /** Publishes the next key without signing with it, as Auth0 always does. Returns its kid. */
  announce(algorithm?: Algorithm): Promise<string>
  /** The next key (made now unless announced) becomes current; the current one stays published as previous. */
  rotate(algorithm?: Algorithm): Promise<string>
  /** Withdraws every previous key. */
  retire(): void
  /** Withdraws one key at once. The current one is rotated away first, since something must sign. */
  revoke(kid: string): Promise<void>
}

const ORDER: Readonly<Record<Stage, number>> = { current: 0, next: 1, previous: 2 }

/** Methods that take an algorithm mean the first one unless told. */
export async function createKeyRing(algorithms: Algorithms): Promise<KeyRing> {
  const [first] = algorithms
  let keys = await Promise.all(algorithms.map((algorithm) => generateKey(algorithm, 'current')))

  const find = (algorithm: Algorithm, stage: Stage) =>
    keys.find((key) => key.algorithm === algorithm && key.stage === stage)

  function current(algorithm: Algorithm): SigningKey {
    const key = find(algorithm, 'current')
    if (!key) throw new TypeError(`this issuer does not sign with ${algorithm}`)
    return key
  }

  /** The next key, made now unless there is one; only of an algorithm that this issuer signs with. */
  async function announced(algorithm: Algorithm): Promise<SigningKey> {
    current(algorithm)
    const known = find(algorithm, 'next')
    if (known) return known
    const key = await generateKey(algorithm, 'next')
    keys.push(key)
    return key
  }

  async function rotate(algorithm = first): Promise<string> {
    const previous = current(algorithm)
    const next = await announced(algorithm)
    previous.stage = 'previous'
    next.stage = 'current'
    return next.kid
  }

  async function revoke(kid: string): Promise<void> {
    const key = keys.find((candidate) => candidate.kid === kid)
    if (!key) throw new TypeError(`this issuer has no key ${kid}`)
    if (key.stage === 'current') await rotate(key.algorithm)
    keys = keys.filter((candidate) => candidate !== key)
  }

  return {
    jwks: () => ({ keys: keys.toSorted(byStage).map((key) => key.privateJwk) }),
    currentKid: (algorithm = first) => current(algorithm).kid,
    announce: async (algorithm = first) => (await announced(algorithm)).kid,
    rotate,
    retire() {
      keys = keys.filter((key) => key.stage !== 'previous')
    },
    revoke,
  }
}

function byStage(a: SigningKey, b: SigningKey): number {
  return ORDER[a.stage] - ORDER[b.stage]
}

async function generateKey(algorithm: Algorithm, stage: Stage): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(privateKey)
  // Thumbprints, not counters: a key cache that outlives this process must never meet an old kid with a new key.
  const kid = await calculateJwkThumbprint(jwk)
  return { kid, algorithm, stage, privateJwk: { ...jwk, kid, alg: algorithm, use: 'sig' } }
}
