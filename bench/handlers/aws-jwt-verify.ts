/** A bare authorizer on aws-jwt-verify with its key set at hand. */
import { JwtVerifier } from 'aws-jwt-verify'
import { answerSimply, setting } from './setting.ts'

const { issuer, audience } = setting.options
const verifier = JwtVerifier.create({ issuer, audience, jwksUri: setting.jwksUri })
verifier.cacheJwks(setting.keys as never)

export const handler = answerSimply((token) => verifier.verify(token))
