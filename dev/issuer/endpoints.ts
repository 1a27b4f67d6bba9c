/** Where this issuer answers: Auth0's paths, so that what works here reads the same against a tenant. */
export const ENDPOINTS = {
  authorization: '/authorize',
  token: '/oauth/token',
  jwks: '/.well-known/jwks.json',
  userinfo: '/userinfo',
  introspection: '/oauth/introspect',
  revocation: '/oauth/revoke',
} as const

/** How often each document or endpoint was asked for, also while the issuer answered 503. */
export interface Requests {
  discovery: number
  jwks: number
  introspection: number
  userinfo: number
  token: number
}

const COUNTED: Readonly<Record<string, keyof Requests>> = {
  '/.well-known/openid-configuration': 'discovery',
  '/.well-known/oauth-authorization-server': 'discovery',
  [ENDPOINTS.jwks]: 'jwks',
  [ENDPOINTS.introspection]: 'introspection',
  [ENDPOINTS.userinfo]: 'userinfo',
  [ENDPOINTS.token]: 'token',
}

export function createRequests(): Requests {
  return { discovery: 0, jwks: 0, introspection: 0, userinfo: 0, token: 0 }
}

export function countRequest(requests: Requests, path: string): void {
  const name = COUNTED[path]
  if (name) requests[name] += 1
}
