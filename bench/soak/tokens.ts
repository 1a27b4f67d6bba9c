import { createKey } from '../../test/support/keys.ts'
import type { ScriptedIssuer } from '../../test/support/scripted-issuer.ts'

export const KINDS = ['good', 'poor', 'expired', 'forged', 'unknown', 'withdrawn'] as const
export type Kind = (typeof KINDS)[number]

/** Of each kind a supply, renewed as keys come and go. */
export interface Tokens {
  take(kind: Kind): string | undefined
  /** The next key is in the set, as issuers have it there before they use it. */
  publish(): void
  /** It signs as well. */
  rotate(): void
  /** The former one is out of it. */
  withdraw(): void
}

/** Distinct tokens of a kind under one key. */
const SUPPLY = 100
/** Pairs that take turns; each turn has a key id of its own. */
const PAIRS = 3

export function createTokens(issuer: ScriptedIssuer): Tokens {
  let turn = 0
  let drawn = 0
  const supplies = new Map<Kind, readonly string[]>()
  const nextKey = () => createKey('RS256', { nth: (turn += 1) % PAIRS, kid: `key-${turn}` })
  const stranger = createKey('RS256', { nth: PAIRS, kid: 'stranger' })

  const sign = (kind: Kind, index: number): string => {
    const claims = { sub: `auth0|${index}` }
    const key = issuer.keys[index % issuer.keys.length]
    const now = Math.floor(Date.now() / 1000)
    if (!key) throw new Error('the issuer has no key')
    const options = { key }
    if (kind === 'poor') return issuer.sign({ ...claims, scope: 'read:b' }, {}, options)
    if (kind === 'expired') {
      return issuer.sign({ ...claims, iat: now - 7200, exp: now - 3600 }, {}, options)
    }
    if (kind === 'forged') return issuer.sign(claims, { kid: key.kid }, { key: stranger })
    if (kind === 'unknown') return issuer.sign(claims, { kid: `unknown-${index}` }, options)
    return issuer.sign(claims, {}, options)
  }
  const supply = (kind: Kind) =>
    void supplies.set(
      kind,
      Array.from({ length: SUPPLY }, (_, index) => sign(kind, index)),
    )
  const supplyAll = () => KINDS.filter((kind) => kind !== 'withdrawn').forEach(supply)

  issuer.keys.splice(0, Infinity, nextKey())
  supplyAll()
  return {
    take(kind) {
      const tokens = supplies.get(kind) ?? []
      return tokens[(drawn += 1) % tokens.length]
    },
    publish: () => void issuer.keys.push(nextKey()),
    rotate: supplyAll,
    withdraw() {
      const [former] = issuer.keys
      if (former) {
        const ofFormer = (_: unknown, index: number) =>
          issuer.sign({ sub: `auth0|${index}` }, {}, { key: former })
        supplies.set('withdrawn', Array.from({ length: SUPPLY }, ofFormer))
      }
      issuer.keys.shift()
      supplyAll()
    },
  }
}
