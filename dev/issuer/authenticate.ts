import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import type { Client } from './client.ts'

/** What a client adds to a form post to prove who it is (RFC 6749 §2.3.1, RFC 7523 §2.2). */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>
  readonly form: Readonly<Record<string, string>>
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export async function authenticate(client: Client, issuer: string): Promise<Credentials> {
  const { clientId, secret = '' } = client
  switch (client.authentication) {
    case 'client_secret_basic':
      return { headers: { authorization: basic(clientId, secret) }, form: {} }
    case 'client_secret_post':
      return { headers: {}, form: { client_id: clientId, client_secret: secret } }
    case 'private_key_jwt':
      return { headers: {}, form: await assertion(client, issuer) }
    case 'none':
      return { headers: {}, form: { client_id: clientId } }
  }
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${formEncode(id)}:${formEncode(secret)}`).toString('base64')}`
}

function formEncode(text: string): string {
  return new URLSearchParams([[text, '']]).toString().slice(0, -1)
}

async function assertion(client: Client, issuer: string): Promise<Record<string, string>> {
  const { clientId, privateKey } = client
  if (!privateKey?.alg) throw new TypeError(`client ${clientId} has no private key with an alg`)
  const jwt = await new SignJWT()
    .setProtectedHeader({ alg: privateKey.alg, ...(privateKey.kid ? { kid: privateKey.kid } : {}) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(await importJWK(privateKey))
  return { client_assertion_type: ASSERTION_TYPE, client_assertion: jwt }
}
