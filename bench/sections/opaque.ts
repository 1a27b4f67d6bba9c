/** A token that only its issuer can read, asked about a moment ago, beside a JWT that was seen then. */
import { createAuthorizer } from '../../shared/authorize.ts'
import type { Http } from '../../shared/ports.ts'
import { contend } from '../contend.ts'
import { duel } from '../duel.ts'
import { OPAQUE } from '../names.ts'
import { configOf, createOurs, requestOf } from '../ours.ts'
import type { Verifier } from '../peers.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'
import { createIssuer, describeUser, signUsers } from '../tokens.ts'
import type { BenchIssuer } from '../tokens.ts'

const SESSIONS = 50
const BEARER = 'Bearer '
const SECRET = 'the secret of the API at its issuer'

export const opaque: Section = {
  name: 'opaque',
  async run({ pace, tell }) {
    tell('JWT, opaque')
    const issuer = await createIssuer('RS256')
    const texts = Array.from({ length: SESSIONS }, (_, nth) => `${nth}`.padStart(43, 'opaque-'))
    const column = OPAQUE.column
    const [jwt, told] = [await createOurs(issuer), createTold(issuer, texts)]
    const contenders = [
      await contend({
        verifier: jwt,
        row: OPAQUE.jwt,
        column,
        tokens: signUsers(issuer, SESSIONS),
      }),
      await contend({ verifier: told, row: OPAQUE.opaque, column, tokens: texts }),
    ]
    const frame = {
      name: 'opaque',
      title: 'Accepting an opaque token again',
      unit: 'µs',
      corner: 'token',
      baseline: OPAQUE.jwt,
      note: `${SESSIONS} tokens of each kind in turn, one at a time, all of them remembered.`,
    } as const
    return [layOut(frame, await duel(contenders, pace))]
  },
}

/** The issuer vouches for these texts and no others. */
function createTold(issuer: BenchIssuer, texts: readonly string[]): Verifier {
  const { issuers, ...config } = configOf(issuer)
  const endpoint = `${issuer.issuer}introspect`
  const introspect = { endpoint, clientId: 'api', clientSecret: { env: 'SECRET' } }
  const authorizer = createAuthorizer(
    { ...config, issuers: issuers.map((entry) => ({ ...entry, opaque: { introspect } })) },
    { http: answerFor(issuer, texts), environment: { SECRET } },
  )
  return {
    name: OPAQUE.opaque,
    prefix: BEARER,
    load: (fields) => (index) => authorizer.authorize(requestOf('/patients/4711', fields[index])),
  }
}

const answerFor =
  ({ issuer, audience }: BenchIssuer, texts: readonly string[]): Http =>
  async ({ body = '' }) => {
    const nth = texts.indexOf(new URLSearchParams(body).get('token') ?? '')
    const answer =
      nth < 0 ? { active: false } : { active: true, ...describeUser(issuer, audience, nth) }
    const header = (name: string) => (name === 'content-type' ? 'application/json' : null)
    return { status: 200, header, text: JSON.stringify(answer) }
  }
