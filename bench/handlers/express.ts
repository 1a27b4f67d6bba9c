/** A bare authorizer on express-oauth2-jwt-bearer with one key. */
import { auth } from 'express-oauth2-jwt-bearer'
import { answerSimply, setting } from './setting.ts'

const { issuer, audience } = setting.options
const check = auth({ issuer, audience, publicKey: setting.pem, tokenSigningAlg: 'RS256' })
const pass = check as unknown as (...call: readonly unknown[]) => Promise<void>

export const handler = answerSimply(async (token) => {
  const request = {
    method: 'GET',
    protocol: 'https',
    host: 'api.example.com',
    url: '/patients/4711',
    headers: { host: 'api.example.com', authorization: `Bearer ${token}` },
    query: {},
    get: () => 'api.example.com',
    is: () => false,
  }
  await pass(request, {}, (error?: unknown) => {
    if (error) throw error
  })
})
