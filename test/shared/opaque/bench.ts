import { createAuthorizer } from '../../../shared/index.ts'
import type { AuthorizerEvent, Config, Issuer, OpaqueEvent } from '../../../shared/index.ts'
import type { Ports } from '../../../shared/index.ts'
import type { ScriptedIssuer } from '../../support/scripted-issuer.ts'

/** An authorizer before a scripted issuer, with a clock that the test moves. */
export interface Bench {
  /** `allow`, or the code. */
  ask(token: string, path?: string): Promise<string>
  decide(token: string, path?: string): ReturnType<ReturnType<typeof createAuthorizer>['authorize']>
  /** Seconds. */
  pass(seconds: number): void
  now(): number
  readonly events: OpaqueEvent[]
}

export const AUDIENCE = 'https://api.example.com'
export const ENVIRONMENT = { SECRET: 'the secret of the API', TOKEN: 'app-token' }

export const introspecting = (
  { issuer }: { readonly issuer: string },
  options: object = {},
  more: Partial<Issuer> = {},
): Issuer => ({
  issuer,
  audience: AUDIENCE,
  opaque: { introspect: { clientId: 'api', clientSecret: { env: 'SECRET' }, ...options } },
  ...more,
})

export const asking = (
  { issuer }: { readonly issuer: string },
  userinfo: object = {},
  more: Partial<Issuer> = {},
): Issuer => ({ issuer, audience: AUDIENCE, opaque: { userinfo }, ...more })

/** A test file happens in one second, however long it takes: clocks move when they are told to. */
export const NOW = Math.floor(Date.now() / 1000)

/** `startsAt`: epoch seconds. */
export function openBench(config: Config, ports: Ports = {}, startsAt = NOW): Bench {
  let now = startsAt
  const events: OpaqueEvent[] = []
  const observe = (event: AuthorizerEvent) => {
    if (event.event === 'opaque') events.push(event)
  }
  const authorizer = createAuthorizer(config, {
    environment: ENVIRONMENT,
    observe,
    clock: () => now * 1000,
    ...ports,
  })
  const decide = (token: string, path = '/a') => {
    const headers = { authorization: `Bearer ${token}` }
    return authorizer.authorize({ method: 'GET', path, headers })
  }
  return {
    async ask(token, path) {
      const decision = await decide(token, path)
      return decision.outcome === 'allow' ? 'allow' : decision.code
    },
    decide,
    pass: (seconds) => void (now += seconds),
    now: () => now,
    events,
  }
}

/** An answer for an active token of an hour. */
export const active = (now: number, more: object = {}): Record<string, unknown> => ({
  active: true,
  sub: 'auth0|123',
  aud: AUDIENCE,
  client_id: 'client-1',
  scope: 'read:a',
  iat: now,
  exp: now + 3600,
  ...more,
})

export const callsOf = (
  { requests }: ScriptedIssuer,
  name: 'introspection' | 'userinfo' = 'introspection',
): number => requests.count(name)
