/** Issuers whose keys are the test keys: answered without a network, or served on loopback. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { JWK } from 'jose'
import type { Config } from '../../shared/config/types.ts'
import { metadataUrls } from '../../shared/endpoint.ts'
import type { Http, HttpResponse } from '../../shared/ports.ts'
import { CliFault } from '../fault.ts'
import { printable } from '../printable.ts'
import { publicKeys, readTestKeys } from './keys.ts'

const KEYS_PATH = '.well-known/jwks.json'

/** Every configured issuer publishes the test keys; nothing is asked of anybody else. */
export async function localKeysHttp({ issuers }: Config, file: string): Promise<Http> {
  const keys = await requireKeys(file)
  const documents = issuers.map(({ issuer }) => [issuer, metadataUrls(issuer)[0]] as const)
  return async ({ url }) => {
    const issuer = documents.find(([, metadata]) => metadata === url)?.[0]
    return answer(issuer === undefined ? { keys } : describeIssuer(issuer))
  }
}

async function requireKeys(file: string) {
  const found = await readTestKeys(file)
  if (found) return publicKeys(found)
  throw new CliFault(
    `${printable(file)}: no test keys yet.`,
    'Mint a token with `edge-authorizer token` first.',
  )
}

const describeIssuer = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer.replace(/\/$/, '')}/${KEYS_PATH}`,
})

const answer = (body: object): HttpResponse => ({
  status: 200,
  header: () => null,
  text: JSON.stringify(body),
})

export interface ServedIssuer {
  readonly issuer: string
  close(): void
}

/** Discovery and keys on 127.0.0.1, for a Worker or a function that runs on this machine. */
export async function serveIssuer(file: string, port: number): Promise<ServedIssuer> {
  let issuer = ''
  const server = createServer((request, response) => {
    const isMetadata = request.url === '/.well-known/openid-configuration'
    const isKeys = request.url === `/${KEYS_PATH}`
    const send = (keys: readonly JWK[]) => {
      response.writeHead(isMetadata || isKeys ? 200 : 404, { 'content-type': 'application/json' })
      response.end(JSON.stringify(isKeys ? { keys } : isMetadata ? describeIssuer(issuer) : {}))
    }
    // Whoever takes the file away makes an outage of it, and not the end of the issuer.
    requireKeys(file).then(send, () => response.writeHead(503).end())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/`
  return { issuer, close: () => server.close() }
}
