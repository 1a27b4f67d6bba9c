/** What others do with a token, each at its best: keys at hand, options that ask for what we check. */
import { webcrypto } from 'node:crypto'
import { JwtVerifier } from 'aws-jwt-verify'
import { auth } from 'express-oauth2-jwt-bearer'
import { createVerifier } from 'fast-jwt'
import { Jwt } from 'hono/utils/jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { Operation } from './duel.ts'
import {
  AWS,
  AWS_ASYNC,
  BARE,
  BARE_DECODING,
  EXPRESS,
  FAST,
  FAST_CACHED,
  HONO,
  JOSE,
} from './names.ts'
import { WEB_CRYPTO } from './tokens.ts'
import type { BenchIssuer } from './tokens.ts'

export interface Verifier {
  readonly name: string
  /** Before each token: `Bearer `, for one that reads a header field. */
  readonly prefix?: string
  /** Tokens as the verifier takes them, outside the clock. */
  readonly load: (tokens: readonly string[]) => Operation
  readonly isSync?: boolean
}

/** null: it does not know the algorithm. */
export type Peer = (issuer: BenchIssuer) => Verifier | null

const each =
  (verify: (token: string) => unknown): Verifier['load'] =>
  (tokens) =>
  (index) =>
    verify(tokens[index] ?? '')

/** The least that any verifier on Web Crypto can cost: bytes and key are ready. */
export const bare: Peer = ({ algorithm, cryptoKey }) => ({
  name: BARE,
  load: (tokens) => {
    const parts = tokens.map(split)
    return (index) => {
      const [data, signature] = parts[index] ?? split('')
      return webcrypto.subtle.verify(WEB_CRYPTO[algorithm], cryptoKey, signature, data)
    }
  },
})

/** The same from the text on, its claims read: the least that a useful verifier can cost. */
export const bareDecoding: Peer = ({ algorithm, cryptoKey }) => ({
  name: BARE_DECODING,
  load: each((token) => {
    const [data, signature] = split(token)
    const payload = token.slice(token.indexOf('.') + 1, token.lastIndexOf('.'))
    const text = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    const verified = webcrypto.subtle.verify(WEB_CRYPTO[algorithm], cryptoKey, signature, data)
    JSON.parse(text)
    return verified
  }),
})

const encoder = new TextEncoder()

function split(token: string): readonly [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const dot = token.lastIndexOf('.')
  const binary = atob(
    token
      .slice(dot + 1)
      .replaceAll('-', '+')
      .replaceAll('_', '/'),
  )
  const signature = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at += 1) signature[at] = binary.charCodeAt(at)
  return [encoder.encode(token.slice(0, dot)), signature]
}

const joseOptions = ({ issuer, audience, algorithm }: BenchIssuer) => ({
  issuer,
  audience,
  algorithms: [algorithm],
})

export const jose: Peer = (issuer) => {
  const options = joseOptions(issuer)
  return { name: JOSE, load: each((token) => jwtVerify(token, issuer.cryptoKey, options)) }
}

/** With a key set, which is what looks at `kid`. */
export const joseKeySet: Peer = (issuer) => {
  const options = joseOptions(issuer)
  const keys = createLocalJWKSet({ keys: [issuer.key.publicJwk as webcrypto.JsonWebKey] } as never)
  return { name: JOSE, load: each((token) => jwtVerify(token, keys, options)) }
}

const createAws = ({ algorithm, issuer, audience, key }: BenchIssuer) => {
  if (algorithm === 'PS256') return null
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}keys` })
  verifier.cacheJwks({ keys: [{ ...key.publicJwk, kty: String(key.publicJwk['kty']) }] })
  return verifier
}

export const aws: Peer = (issuer) => {
  const verifier = createAws(issuer)
  return verifier && { name: AWS, isSync: true, load: each((token) => verifier.verifySync(token)) }
}

export const awsAsync: Peer = (issuer) => {
  const verifier = createAws(issuer)
  return verifier && { name: AWS_ASYNC, load: each((token) => verifier.verify(token)) }
}

const createFast =
  (name: string, cache: boolean): Peer =>
  ({ algorithm, issuer, audience, key }) => {
    const verify = createVerifier({
      key: key.publicPem,
      algorithms: [algorithm],
      allowedIss: issuer,
      allowedAud: audience,
      cache,
    })
    return { name, isSync: true, load: each(verify) }
  }

export const fast = createFast(FAST, false)
export const fastCached = createFast(FAST_CACHED, true)

export const express: Peer = ({ issuer, audience, algorithm, key }) => {
  const check = auth({
    issuer,
    audience,
    publicKey: key.publicPem,
    tokenSigningAlg: algorithm,
  }) as unknown as Middleware
  const load: Verifier['load'] = (tokens) => {
    const requests = tokens.map(createRequest)
    return async (index) => {
      let failure: unknown
      await check(requests[index] ?? createRequest(''), {}, (error) => void (failure = error))
      if (failure) throw failure
    }
  }
  return { name: EXPRESS, prefix: 'Bearer ', load }
}

type Middleware = (
  request: unknown,
  response: unknown,
  next: (error?: unknown) => void,
) => Promise<void>

const createRequest = (authorization: string) => ({
  method: 'GET',
  protocol: 'https',
  host: 'api.example.com',
  hostname: 'api.example.com',
  originalUrl: '/patients/4711',
  url: '/patients/4711',
  headers: { host: 'api.example.com', authorization },
  query: {},
  get: () => 'api.example.com',
  is: () => false,
})

export const hono: Peer = ({ algorithm, issuer, audience, key }) => {
  const options = {
    keys: [key.publicJwk as never],
    allowedAlgorithms: [algorithm],
    verification: { iss: issuer, aud: audience },
  }
  return { name: HONO, load: each((token) => Jwt.verifyWithJwks(token, options)) }
}
