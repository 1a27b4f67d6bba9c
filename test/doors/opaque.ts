import type { Config } from '../../shared/index.ts'
import type { Received, Reply } from '../support/replies.ts'
import type { ScriptedIssuer } from '../support/scripted-issuer.ts'

/** Opaque tokens whose text says what is answered about them. */
export const OPAQUE = {
  active: 'opaque-active-K7xq2vN4pR8sT1wY3zB6',
  user: 'opaque-user-K7xq2vN4pR8sT1wY3zB6',
  inactive: 'opaque-inactive-K7xq2vN4pR8sT1wY3zB6',
  text: 'opaque-text-K7xq2vN4pR8sT1wY3zB6',
  otherAudience: 'opaque-otherAudience-K7xq2vN4pR8sT1wY3zB6',
  noAudience: 'opaque-noAudience-K7xq2vN4pR8sT1wY3zB6',
  management: 'opaque-management-K7xq2vN4pR8sT1wY3zB6',
  expired: 'opaque-expired-K7xq2vN4pR8sT1wY3zB6',
  refused: 'opaque-refused-K7xq2vN4pR8sT1wY3zB6',
  limited: 'opaque-limited-K7xq2vN4pR8sT1wY3zB6',
  facebook: 'EAABwzLixnjYBAHZCZC-ours',
  facebookOther: 'EAABwzLixnjYBAHZCZC-other',
  google: 'ya29.a0AfH6SMBo-ours-K7xq2vN4pR8s',
  googleOther: 'ya29.a0AfH6SMBo-other-K7xq2vN4pR8s',
  github: 'gho_16C7e42F292c6912E7710c838347Ae178B4a',
  githubOther: 'gho_26C7e42F292c6912E7710c838347Ae178B4a',
  githubUnknown: 'gho_36C7e42F292c6912E7710c838347Ae178B4a',
} as const

const AUDIENCE = 'https://api.example.com'
const secret = { env: 'API_SECRET' }

/** That issuer alone, and the providers beside it. */
export const trustOpaque = (issuer: ScriptedIssuer): Partial<Config> => ({
  issuers: [
    {
      issuer: issuer.issuer,
      audience: AUDIENCE,
      opaque: { introspect: { clientId: 'api', clientSecret: secret } },
    },
    // The same server under its other name, as a tenant with a domain of its own.
    {
      issuer: otherName(issuer),
      audience: AUDIENCE,
      opaque: { userinfo: {} },
    },
  ],
  identityProviders: [
    {
      provider: 'facebook',
      appIds: ['app-1'],
      appAccessToken: secret,
      endpoint: issuer.url('/facebook'),
    },
    { provider: 'google', clientIds: ['app-1'], endpoint: issuer.url('/google') },
    {
      provider: 'github',
      clientId: 'app-1',
      clientSecret: secret,
      endpoint: issuer.url('/github'),
    },
  ],
  routes: {
    'GET /a': { scopes: 'read:a' },
    'GET /jwt': { accept: ['jwt'] },
    'GET /opaque': { accept: ['introspected'] },
    'GET /bank': { maxLifetimeSeconds: 900 },
    'GET /users/{id}': { bind: { id: 'sub' } },
    'GET /me': { accept: ['userinfo'] },
    'GET /me/scope': { accept: ['userinfo'], scopes: 'read:a' },
    'GET /login': { accept: ['identity-provider'] },
    'GET /login/scope': { accept: ['identity-provider'], scopes: 'read:a' },
    'GET /profile': { userinfo: 'required' },
    'GET /folder': { scopes: 'read:b', anyScope: ['read:c'], userinfo: 'required' },
    'GET /card': { userinfo: 'optional' },
  },
})

/** `http://127.0.0.1:<port>/` → the same port under another path. */
const otherName = ({ issuer }: ScriptedIssuer): string => `${issuer}login/`

export function scriptOpaque(issuer: ScriptedIssuer): void {
  const say = (body: unknown, status = 200): Reply => ({ status, body })
  issuer.answer('introspection', ({ body }) => {
    const now = Math.floor(Date.now() / 1000)
    const token = new URLSearchParams(body).get('token') ?? ''
    const known = {
      active: true,
      sub: 'auth0|123',
      aud: AUDIENCE,
      client_id: 'client-1',
      scope: 'read:a',
      iat: now - 60,
      exp: now + 3600,
    }
    return say({ ...known, ...ANSWERS[token], ...(token in ANSWERS ? {} : { active: false }) })
  })
  issuer.answer('/login/.well-known/openid-configuration', () => ({
    body: { issuer: otherName(issuer), userinfo_endpoint: issuer.url('/login/userinfo') },
  }))
  const userinfo = ({ headers }: Received): Reply => {
    const token = headers.authorization?.replace('Bearer ', '') ?? ''
    if (token === OPAQUE.limited) return { status: 429, headers: { 'retry-after': '7' } }
    if (token === OPAQUE.user) return say({ sub: 'auth0|123', nickname: 'ada' })
    const sub = subjectOf(token)
    if (sub === undefined) return { status: 401 }
    // The subject of this one is somebody else at /userinfo.
    return say({ sub: sub === 'auth0|mixed' ? 'auth0|123' : sub })
  }
  issuer.answer('/login/userinfo', userinfo)
  issuer.answer('userinfo', userinfo)
  scriptProviders(issuer)
}

/** Of a JWT; undefined for any other text. */
function subjectOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub
  } catch {
    return undefined
  }
}

const ANSWERS: Readonly<Record<string, object>> = {
  [OPAQUE.active]: {},
  [OPAQUE.text]: { active: 'true' },
  [OPAQUE.otherAudience]: { aud: 'https://other.example.com' },
  [OPAQUE.noAudience]: { aud: undefined },
  [OPAQUE.management]: { aud: 'https://127.0.0.1/api/v2/' },
  [OPAQUE.expired]: { iat: 1, exp: 2 },
}

/** As the providers document their answers: `debug_token`, `tokeninfo`, "Check a token". */
function scriptProviders(issuer: ScriptedIssuer): void {
  const appOf = (token: string) => (token.includes('ther') || token[4] === '2' ? 'app-2' : 'app-1')
  const now = Math.floor(Date.now() / 1000)
  issuer.answer('/facebook', ({ query }) => {
    const app_id = appOf(query.get('input_token') ?? '')
    const data = { app_id, is_valid: true, type: 'USER', user_id: '7', expires_at: now + 3600 }
    return { body: { data } }
  })
  issuer.answer('/google', ({ body }) => {
    const app = appOf(new URLSearchParams(body).get('access_token') ?? '')
    return { body: { aud: app, azp: app, sub: '8', exp: `${now + 3600}` } }
  })
  issuer.answer('/github', ({ body }) => {
    const { access_token: token } = JSON.parse(body) as { access_token: string }
    if (token === OPAQUE.githubUnknown) return { status: 404, body: { message: 'Not Found' } }
    const app = { client_id: appOf(token) }
    return { body: { app, user: { id: 9 }, expires_at: null, scopes: [] } }
  })
}
