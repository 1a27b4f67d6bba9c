/** A bare authorizer on jose that fetches its key set. */
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { answerSimply, setting } from './setting.ts'

const keySet = createRemoteJWKSet(new URL(setting.jwksUri))

export const handler = answerSimply((token) => jwtVerify(token, keySet, setting.options))
