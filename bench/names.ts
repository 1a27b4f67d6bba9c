/** What the rows and columns are called: sections write them, bars and the plot refer to them. */

/** `EdDSA` on Ed25519: not every peer knows the newer name. */
export const ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const
export type BenchAlgorithm = (typeof ALGORITHMS)[number]

export const OURS = 'edge-authorizer'
export const BARE = 'crypto.subtle.verify alone'
export const BARE_DECODING = 'decoding + crypto.subtle.verify'
export const JOSE = 'jose'
export const AWS = 'aws-jwt-verify'
export const AWS_ASYNC = 'aws-jwt-verify, async'
export const FAST = 'fast-jwt'
export const FAST_CACHED = 'fast-jwt, cache'
export const EXPRESS = 'express-oauth2-jwt-bearer'
export const HONO = 'hono'

export const ACCEPTED = 'accepted'
export const REFUSALS = [
  'expired',
  'bad signature',
  'wrong audience',
  'wrong issuer',
  'unknown kid',
  'alg none',
  'garbage',
  'opaque',
  '1 MB, no dots',
  '1 MB of dots',
  '1 MB payload',
  'no token',
  'missing scope',
  'no route',
] as const

export const atOnce = (algorithm: string, callers: number): string => `${algorithm} ×${callers}`

export const ROUTING = {
  match: 'match',
  read: 'read the path and match',
  routes: (count: number): string => `${count.toLocaleString('en')} routes`,
} as const

export const POLICY = {
  column: '200 routes, 10 scopes',
  first: 'first token of all',
  other: 'token with other scopes',
  again: 'token with known scopes',
} as const

export const OPAQUE = {
  column: 'again',
  jwt: 'JWT',
  opaque: 'opaque, introspected',
} as const

export const THREAD = {
  /** Microseconds. */
  extras: [0, 3, 6, 12],
  row: (extra: number): string => (extra === 0 ? BARE : `${BARE} + ${extra} µs`),
} as const

export const PARTS = {
  column: 'RS256',
  signature: 'its signature',
  extract: 'taking it from the request',
  look: 'looking it up',
  classify: 'telling what it is',
  decode: 'decoding, strict JSON',
  claims: 'its claims',
  remember: 'remembering it',
} as const

export const WORKER = {
  unguarded: 'forwarding, no guard',
  identified: 'forwarding an identity, no guard',
  repeated: 'edge-authorizer, repeated token',
  distinct: 'edge-authorizer, distinct tokens',
  jose: 'jose alone, distinct tokens',
  joseForwarding: 'jose, forwarding as the guard does',
} as const

export const COLD = {
  empty: 'empty Node process',
  emptyHttp: 'empty + node:http',
  emptyHttps: 'empty + node:https',
  webCrypto: 'empty + the first signature of WebCrypto',
  oursCompiled: 'edge-authorizer, compiled and not run',
  oursSecret: 'edge-authorizer, HS256 secret at hand',
  oursFetch: 'edge-authorizer, RS256, one fetch of the keys',
  joseCompiled: 'jose, compiled and not run',
  joseSecret: 'jose, HS256 secret at hand',
  joseLocal: 'jose, RS256 key set at hand',
  joseFetch: 'jose, RS256, one fetch of the keys',
  process: 'whole process',
  load: 'load',
  call: 'first call',
  loadAndCall: 'load + first call',
} as const

export const GROWTH = 'heap growth'

export const SIZE = {
  worker: 'edge-authorizer, Worker',
  lambda: 'edge-authorizer, Lambda',
  minified: 'minified',
  gzip: 'gzip',
  budget: 'budget',
} as const

/** What the bytes of a function are for, and where they come from: the first that fits. */
export const BYTES = {
  columns: { worker: 'Worker', lambda: 'Lambda' },
  parts: {
    'tokens, keys and claims': /^shared\/(?:token\/(?!jwe)|keys|rsa|json|bytes|decode|cache|trust)/,
    'encrypted tokens':
      /^shared\/(?:token\/jwe|config\/decryption)|jose.+\/(?:jwe|content_enc|key_man|deflate)/,
    'opaque tokens':
      /^shared\/(?:opaque|sources|enrichment|endpoint|config\/opaque)|jose.+\/jws_sign/,
    'jose, the rest': /\/jose\//,
    'the configuration and its check': /^shared\/config|valibot|authorizer\.config/,
    'routes and rules': /^shared\/(?:policy|authorize)/,
    'policies of API Gateway': /^functions\/lambda\/policy/,
    'the door, and what it answers': /./,
  },
} as const
