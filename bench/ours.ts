/** The whole of `authorize()`: routing, extraction, every check of the token, and a scope rule. */
import { createAuthorizer } from '../shared/authorize.ts'
import type { Authorizer } from '../shared/authorize.ts'
import type { Config } from '../shared/config/types.ts'
import type { Http } from '../shared/ports.ts'
import type { AuthRequest } from '../shared/types.ts'
import { OURS } from './names.ts'
import type { Verifier } from './peers.ts'
import { signUser } from './tokens.ts'
import type { BenchIssuer } from './tokens.ts'

export const ROUTES: NonNullable<Config['routes']> = {
  'GET /health': 'public',
  'GET /me': 'authenticated',
  'GET /patients': { scopes: 'read:patients' },
  'POST /patients': { scopes: 'write:patients' },
  'GET /patients/{id}': { scopes: 'read:patients' },
  'PUT /patients/{id}': { scopes: ['read:patients', 'write:patients'] },
  'GET /patients/{id}/appointments': { scopes: 'read:appointments' },
  'GET /patients/{id}/appointments/{appointment}': { scopes: 'read:appointments' },
  'GET /admin/{report+}': { scopes: 'read:admin' },
}

const BEARER = 'Bearer '
const PATH = '/patients/4711'

/** What came with the token; an adapter hands on every header of an event. */
const HEADERS = {
  host: 'api.example.com',
  accept: 'application/json',
  'accept-encoding': 'gzip, br',
  'user-agent': 'patients-app/7.1',
  'x-request-id': '0190d1f2-6f5e-7c3a-9d0b-2f7a4c1e8b55',
}

/** A user whose token no ring holds. */
const NOBODY_ELSE = 0xffff_ffff

/** Keys from memory after the first token; the issuer is a function, so no socket disturbs. */
export async function createOurs(issuer: BenchIssuer, path = PATH): Promise<Verifier> {
  const authorizer = await createWarmAuthorizer(issuer)
  return {
    name: OURS,
    prefix: BEARER,
    load: (fields) => (index) => authorizer.authorize(requestOf(path, fields[index])),
  }
}

export async function createWarmAuthorizer(issuer: BenchIssuer): Promise<Authorizer> {
  const authorizer = createAuthorizer(configOf(issuer), { http: answerFor(issuer) })
  const token = signUser(issuer, NOBODY_ELSE)
  const decision = await authorizer.authorize(requestOf(PATH, BEARER + token))
  if (decision.outcome !== 'allow') throw new Error(`refused while warming up: ${decision.code}`)
  return authorizer
}

export const configOf = ({ issuer, audience, algorithm }: BenchIssuer): Config => ({
  issuers: [{ issuer, audience, algorithms: [algorithm], jwksUri: `${issuer}keys` }],
  routes: ROUTES,
  log: 'none',
})

export const requestOf = (path: string, authorization = BEARER): AuthRequest => ({
  method: 'GET',
  path,
  headers: authorization === BEARER ? HEADERS : { ...HEADERS, authorization },
})

const answerFor = ({ key }: BenchIssuer): Http => {
  const text = JSON.stringify({ keys: [key.publicJwk] })
  return async () => ({ status: 200, header: () => null, text })
}
