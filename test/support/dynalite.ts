/** DynamoDB's protocol at a port of its own, with one table such as a function keeps keys in. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { AwsClient } from 'aws4fetch'

export interface Dynalite {
  readonly port: number
  call(operation: string, input: object): Promise<unknown>
  close(): Promise<unknown>
}

/** What a function needs to call it; dynalite takes any. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }

const createServer: (options: object) => Server = createRequire(import.meta.url)('dynalite')

export async function startDynalite(table: string): Promise<Dynalite> {
  const server = createServer({ createTableMs: 0 })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const client = new AwsClient({
    accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID,
    secretAccessKey: CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    service: 'dynamodb',
    region: 'us-east-1',
  })
  const call: Dynalite['call'] = async (operation, input) => {
    const response = await client.fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      },
      body: JSON.stringify(input),
    })
    if (response.status !== 200) throw new Error(`dynalite: ${operation}: ${response.status}`)
    return response.json()
  }
  await call('CreateTable', {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  return {
    port,
    call,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
