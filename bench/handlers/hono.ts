/** An authorizer on hono's middleware, its key set at hand. */
import { Hono } from 'hono'
import { jwk } from 'hono/jwk'
import { answerSimply, setting } from './setting.ts'

const { issuer, audience } = setting.options
const app = new Hono()
app.use(
  '*',
  jwk({
    keys: setting.keys.keys as never,
    alg: ['RS256'],
    verification: { iss: issuer, aud: audience },
  }),
)
app.get('*', (context) => context.text('ok'))

export const handler = answerSimply(async (token) => {
  const headers = { authorization: `Bearer ${token}` }
  const { status } = await app.request('https://api.example.com/patients/4711', { headers })
  if (status !== 200) throw new Error(`status ${status}`)
})
