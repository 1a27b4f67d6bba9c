/**
 * Tokens of identity providers (§4). Each entry proves to which app the token was issued: who the
 * user is does not suffice, since any site could replay its visitors' tokens. No scope of a
 * provider's is one of ours, and no claim of its answers decides a rule.
 */
import { isDate, isObject, isText, memberOf, own } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { INACTIVE_SECONDS } from '../limits.ts'
import type { Http, HttpRequest, HttpResponse } from '../ports.ts'
import { deny, ok } from '../reasons.ts'
import type { Denial, Result } from '../reasons.ts'
import { BOUNDS, readJson, readStatus } from './answer.ts'
import { writeBasic } from './client.ts'
import { describePerson } from './person.ts'
import type { Person } from './person.ts'
import { fail } from './source.ts'
import type { Answer, Ask, Failure, Verdict } from './source.ts'

/** One provider: which tokens are its own, how it is asked, and what its answer says. */
export interface Provider {
  readonly name: string
  readonly fits: (token: string) => boolean
  readonly request: (token: string) => Pick<HttpRequest, 'url' | 'method' | 'headers' | 'body'>
  /** Statuses, beside 200, that speak of the token. */
  readonly statuses: readonly number[]
  /** A text in place of a person says who is to blame that there is none. */
  readonly read: (
    body: JsonObject,
    answer: HttpResponse,
    now: number,
  ) => Result<Person, Denial> | Failure['blame']
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
const CODE = 'introspection_unavailable'

const inactive = deny('token_inactive')
const foreign = deny('idp_app_mismatch')

export interface FacebookOptions {
  readonly endpoint?: string | undefined
  readonly appIds: readonly string[]
  readonly appAccessToken: string
}

/**
 * Graph API, `debug_token`. It takes the token in the query and nowhere else, the one place where a
 * token enters a URL; our own goes into the header.
 */
export const facebook = ({
  endpoint = 'https://graph.facebook.com/debug_token',
  appIds,
  appAccessToken,
}: FacebookOptions): Provider => ({
  name: 'facebook',
  fits: (token) => token.startsWith('EAA'),
  request: (token) => ({
    url: `${endpoint}?${new URLSearchParams([['input_token', token]])}`,
    headers: { accept: 'application/json', authorization: `Bearer ${appAccessToken}` },
  }),
  statuses: [400],
  read({ data, error }, { status }, now) {
    // 190: an access token is bad; of the token asked about, `data` would say so with status 200.
    if (status === 400) return isObject(error) && error['code'] === 190 ? 'credentials' : 'token'
    const told = isObject(data) ? data : {}
    const [appId, subject] = [textOf(own(told, 'app_id')), textOf(own(told, 'user_id'))]
    const isValid = own(told, 'is_valid')
    if (isValid === false || isObject(error) || isObject(own(told, 'error'))) return inactive
    if (isValid !== true) return 'source'
    if (!appIds.includes(appId)) return foreign
    if (own(told, 'type') !== 'USER') return deny('wrong_token_type')
    if (subject === '') return deny('claim_missing', { detail: 'user_id' })
    // 0: never. The right to the user's data can end before the token does.
    const [end, access] = [own(told, 'expires_at'), own(told, 'data_access_expires_at') ?? 0]
    if (!isDate(end) || !isDate(access)) return deny('claim_type_invalid', { detail: 'expires_at' })
    if (access !== 0 && now >= access) return deny('token_expired')
    const ends = [end, access].filter((at) => at !== 0)
    const issuedAt = own(told, 'issued_at')
    return ok({
      subject,
      clientId: appId,
      issuedAt: isDate(issuedAt) ? issuedAt : undefined,
      expiresAt: ends.length > 0 ? Math.min(...ends) : undefined,
      facts: told,
    })
  },
})

export interface GoogleOptions {
  readonly endpoint?: string | undefined
  readonly clientIds: readonly string[]
}

/** OAuth 2.0 `tokeninfo`. Both `aud` and `azp` must be ours; the values are texts. */
export const google = ({
  endpoint = 'https://oauth2.googleapis.com/tokeninfo',
  clientIds,
}: GoogleOptions): Provider => ({
  name: 'google',
  fits: (token) => token.startsWith('ya29.'),
  request: (token) => ({
    url: endpoint,
    method: 'POST',
    headers: FORM,
    body: `${new URLSearchParams([['access_token', token]])}`,
  }),
  statuses: [400],
  read(body, { status }) {
    if (status === 400) return inactive
    const [aud, azp] = [textOf(own(body, 'aud')), textOf(own(body, 'azp'))]
    if (!clientIds.includes(aud) || !clientIds.includes(azp)) return foreign
    const subject = textOf(own(body, 'sub'))
    if (subject === '') return deny('claim_missing', { detail: 'sub' })
    const exp = textOf(own(body, 'exp'))
    if (!/^\d{1,12}$/.test(exp)) return deny('claim_type_invalid', { detail: 'exp' })
    const { email: _email, ...others } = body
    const facts = `${own(body, 'email_verified')}` === 'true' ? body : others
    return ok({ subject, clientId: azp, expiresAt: Number(exp), facts })
  },
})

export interface GithubOptions {
  readonly endpoint?: string | undefined
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * "Check a token" of the OAuth authorizations API: 404 is also what a token of another app gets.
 * Personal access tokens and installation tokens belong to no app of ours and are not sent.
 */
export const github = ({
  clientId,
  clientSecret,
  endpoint = `https://api.github.com/applications/${encodeURIComponent(clientId)}/token`,
}: GithubOptions): Provider => ({
  name: 'github',
  fits: (token) => /^gh[ou]_/.test(token),
  request: (token) => ({
    url: endpoint,
    method: 'POST',
    headers: {
      accept: 'application/vnd.github+json',
      authorization: writeBasic(clientId, clientSecret),
      'content-type': 'application/json',
      // Without one GitHub answers 403.
      'user-agent': 'edge-authorizer',
    },
    body: JSON.stringify({ access_token: token }),
  }),
  statuses: [404],
  read(body, { status }) {
    if (status === 404) return inactive
    const [app, user] = [own(body, 'app'), own(body, 'user')]
    if (!isObject(app) || own(app, 'client_id') !== clientId) return foreign
    const subject = textOf(memberOf(user, 'id'))
    if (subject === '') return deny('claim_missing', { detail: 'user' })
    const [expires, created] = [own(body, 'expires_at') ?? null, own(body, 'created_at')]
    const expiresAt = expires === null ? undefined : dateOf(expires)
    if (Number.isNaN(expiresAt)) return deny('claim_type_invalid', { detail: 'expires_at' })
    const issuedAt = dateOf(created)
    return ok({
      subject,
      clientId,
      issuedAt: Number.isNaN(issuedAt) ? undefined : issuedAt,
      expiresAt,
      // Not `token`, which is the token.
      facts: { user, scopes: own(body, 'scopes') },
    })
  },
})

/** Ids are texts or numbers; of a larger number, JSON leaves that of somebody else as well. */
const textOf = (value: unknown): string =>
  isText(value) || Number.isSafeInteger(value) ? `${value}` : ''

/** ISO 8601, as epoch seconds; NaN for anything else. */
const dateOf = (value: unknown): number =>
  typeof value === 'string' ? Date.parse(value) / 1000 : Number.NaN

export const askProvider =
  (provider: Provider, http: Http, cacheSeconds: number): Ask =>
  async (token, now) => {
    const answer = await http({ ...provider.request(token), ...BOUNDS })
    return judge(provider, answer, cacheSeconds, now)
  }

function judge(
  { name, statuses, read }: Provider,
  answer: Answer,
  cacheSeconds: number,
  now: number,
): Result<Verdict, Failure> {
  const sound = readStatus(answer, CODE, now, statuses)
  if (!sound.ok) return sound
  const body = readJson(sound.value, CODE)
  if (!body.ok) return body
  const person = read(body.value, sound.value, now)
  if (typeof person === 'string') {
    return fail(person, `status ${sound.value.status}`, CODE)
  }
  if (!person.ok)
    return ok({ result: person, keepSeconds: Math.min(cacheSeconds, INACTIVE_SECONDS) })
  const heldUntil = now + cacheSeconds
  const result = ok(describePerson(name, person.value, now, heldUntil))
  return ok({ result, keepSeconds: cacheSeconds })
}
