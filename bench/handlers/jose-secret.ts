/** A bare authorizer on jose with a secret. */
import { jwtVerify } from 'jose'
import { answerSimply, setting } from './setting.ts'

const secret = new TextEncoder().encode(setting.secret)

export const handler = answerSimply((token) => jwtVerify(token, secret, setting.options))
