/** A bare authorizer on fast-jwt with one key. */
import { createVerifier } from 'fast-jwt'
import { answerSimply, setting } from './setting.ts'

const { issuer, audience } = setting.options
const verify = createVerifier({
  key: setting.pem,
  algorithms: ['RS256'],
  allowedIss: issuer,
  allowedAud: audience,
  cache: true,
})

export const handler = answerSimply(async (token) => verify(token))
