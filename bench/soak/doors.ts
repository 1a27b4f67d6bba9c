/** The built bundles at work: the Worker in workerd, the function behind the model of API Gateway. */
import { startGateway } from '../../dev/gateway/server.ts'
import { startTable } from '../../test/doors/support/dynamodb.ts'
import { startLambda } from '../../test/doors/support/lambda-environment.ts'
import { startWorkers } from '../../test/doors/support/workers.ts'
import { readHeap } from './heap.ts'

export interface Door {
  readonly name: string
  readonly url: string
  /** What a caller gets whose token could not be judged. */
  readonly outage: number
  /** Megabytes that the isolate uses after a garbage collection. */
  heap(): Promise<number>
  close(): Promise<unknown>
}

const MEGABYTE = 1_048_576

const UPSTREAM = `export default { fetch: () => new Response('upstream') }`

export async function openWorker(config: object): Promise<Door> {
  const guard = {
    variables: { AUTHORIZER_CONFIG: config },
    kv: { AUTH_KV: 'keys' },
    services: { UPSTREAM: { worker: 'upstream' } },
  }
  const workers = await startWorkers({ guard, upstream: { code: UPSTREAM } }, undefined, true)
  const inspector = await workers.inspector()
  const url = `http://127.0.0.1:${workers.portOf('guard')}/a`
  const heap = () => readHeap(inspector, 'guard')
  return { name: 'Worker', url, outage: 503, heap, close: workers.close }
}

/** API Gateway keeps no answer: the function judges each request. */
export async function openGateway(config: object): Promise<Door> {
  const table = await startTable()
  const environment = { AUTHORIZER_CONFIG: JSON.stringify(config), ...table.environment }
  const lambda = await startLambda(environment)
  const gateway = await startGateway({
    kind: 'rest-request',
    routes: ['ANY /{proxy+}'],
    authorizer: { identitySources: [], resultTtlSeconds: 0 },
    handler: lambda.handler,
    integration: () => ({ statusCode: 200, body: 'backend' }),
  })
  const close = async () => {
    await gateway.close()
    await Promise.all([lambda.close(), table.close()])
  }
  const heap = async () => (await lambda.measureHeap()) / MEGABYTE
  return { name: 'API Gateway, Lambda', url: `${gateway.url}/a`, outage: 500, heap, close }
}
