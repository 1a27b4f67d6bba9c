/** A bare authorizer on jose with its key set at hand. */
import { createLocalJWKSet, jwtVerify } from 'jose'
import { answerSimply, setting } from './setting.ts'

const keySet = createLocalJWKSet(setting.keys)

export const handler = answerSimply((token) => jwtVerify(token, keySet, setting.options))
