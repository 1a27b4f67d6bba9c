/**
 * What the packaged template and archives do together, in our model of API Gateway. The model and
 * what it cannot know: dev/gateway/api.ts.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { LambdaFunction } from '../../dev/gateway/api.ts'
import { startGateway, type RunningGateway } from '../../dev/gateway/server.ts'
import { dial } from '../dev/gateway/client.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import { describeApis } from './apis.ts'
import { copyProject, type Project } from './project.ts'
import { readTemplate, render } from './template.ts'
import { readZip } from './zip.ts'

let project: Project
let issuer: ScriptedIssuer
let apis: ReturnType<typeof describeApis>

beforeAll(async () => {
  vi.spyOn(console, 'log').mockReturnValue()
  project = await copyProject()
  issuer = await startScriptedIssuer()
  await project.run('npm', ['run', 'build'])
  await project.run('sls', ['package'])
  apis = describeApis(render(await readTemplate(project, '.serverless')))
})

const running: RunningGateway[] = []

afterEach(async () => {
  await issuer.resume()
  for (const gateway of running.splice(0)) await gateway.close()
})

afterAll(async () => {
  await issuer.close()
  await project.remove()
})

let starts = 0

/** A fresh function, as a cold start makes one: what it unpacks is nobody else's. */
async function load(name: string, handler: string): Promise<LambdaFunction> {
  const folder = join(project.root, `start-${(starts += 1)}`)
  const archive = readZip(await readFile(join(project.root, '.serverless', `${name}.zip`)))
  for (const [path, content] of archive) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const [path = ''] = archive.keys()
  const loaded = (await import(pathToFileURL(join(folder, path)).href)) as unknown
  return (loaded as Record<string, LambdaFunction>)[handler] as LambdaFunction
}

interface Deployed {
  readonly authorizer: string
  readonly archive: string
  readonly sample: 'rest' | 'http' | 'websocket'
}

async function deploy({ authorizer, archive, sample }: Deployed): Promise<RunningGateway> {
  const api = apis[authorizer]
  if (!api) throw new Error(`the template has no ${authorizer}`)
  process.env['ISSUER'] = issuer.issuer
  process.env['AUDIENCE'] = issuer.audience
  const [handler, integration] = await Promise.all([
    load(archive, 'handler'),
    load(`${sample}Sample`, sample),
  ])
  const gateway = await startGateway({ ...api, handler, integration })
  running.push(gateway)
  return gateway
}

const get = (gateway: RunningGateway, path: string, token?: string) =>
  fetch(gateway.url + path, {
    headers: { origin: 'https://app.example.com', ...(token && authorization(token)) },
  })

const authorization = (token: string) => ({ authorization: `Bearer ${token}` })
const uses = ({ calls }: RunningGateway) => calls.map(({ authorizer }) => authorizer)
const named = { subject: 'auth0|123', clientId: 'client-1', tokenKind: 'jwt' }

describe.each<Deployed>([
  {
    authorizer: 'TokenAuthorizerApiGatewayAuthorizer',
    archive: 'tokenAuthorizer',
    sample: 'rest',
  },
  {
    authorizer: 'RequestAuthorizerApiGatewayAuthorizer',
    archive: 'requestAuthorizer',
    sample: 'rest',
  },
  { authorizer: 'HttpApiAuthorizerEdgeAuthorizer', archive: 'httpAuthorizer', sample: 'http' },
])('behind $archive', (deployed) => {
  const isRest = deployed.sample === 'rest'
  const path = deployed.archive === 'tokenAuthorizer' ? '/me' : '/patients'

  it('the sample learns who calls', async () => {
    const gateway = await deploy(deployed)
    const response = await get(gateway, path, issuer.sign({ scope: 'read:patients' }))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject(named)
  })

  it('nobody gets through without a token, and no function is asked', async () => {
    const gateway = await deploy(deployed)
    const response = await get(gateway, path)
    expect(response.status).toBe(401)
    expect(uses(gateway)).toEqual(['identity-missing'])
  })

  it('a bad token is answered with a challenge where the API has a word for it', async () => {
    const gateway = await deploy(deployed)
    const response = await get(gateway, path, `${issuer.sign()}x`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      isRest ? 'Bearer realm="api", error="invalid_token"' : null,
    )
    expect(response.headers.get('access-control-allow-origin')).toBe(isRest ? '*' : null)
  })

  it('an outage of the issuer is a 500', async () => {
    const gateway = await deploy(deployed)
    await issuer.stop()
    const token = issuer.sign({ scope: 'read:patients' })
    const response = await get(gateway, path, token)
    expect(response.status).toBe(500)
    expect(response.headers.get('retry-after')).toBe(isRest ? '5' : null)
    expect(response.headers.get('access-control-allow-origin')).toBe(isRest ? '*' : null)
  })
})

describe('the REST API with the REQUEST authorizer', () => {
  const deployed = {
    authorizer: 'RequestAuthorizerApiGatewayAuthorizer',
    archive: 'requestAuthorizer',
    sample: 'rest',
  } as const

  it('asks once, and the kept answer is right for the other routes', async () => {
    const gateway = await deploy(deployed)
    const token = issuer.sign({ scope: 'read:patients' })
    expect((await get(gateway, '/patients', token)).status).toBe(200)
    expect((await get(gateway, '/patients/7', token)).status).toBe(200)
    expect(uses(gateway)).toEqual(['invoked', 'cached'])
  })

  it('says what a refused token lacks', async () => {
    const gateway = await deploy(deployed)
    const response = await get(gateway, '/patients', issuer.sign({ scope: 'other' }))
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="api", error="insufficient_scope"',
    )
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
  })
})

it('the HTTP API asks for every request, and refuses a token that lacks the scope', async () => {
  const gateway = await deploy({
    authorizer: 'HttpApiAuthorizerEdgeAuthorizer',
    archive: 'httpAuthorizer',
    sample: 'http',
  })
  const token = issuer.sign({ scope: 'other' })
  expect((await get(gateway, '/me', token)).status).toBe(200)
  expect((await get(gateway, '/patients', token)).status).toBe(403)
  expect((await get(gateway, '/patients/7', token)).status).toBe(403)
  expect(uses(gateway)).toEqual(['invoked', 'invoked', 'invoked'])
})

const openWebSocket = () =>
  deploy({
    authorizer: 'WebsocketAuthorizerWebsocketsAuthorizer',
    archive: 'websocketAuthorizer',
    sample: 'websocket',
  })

describe('the WebSocket API', () => {
  it('opens for a token with the scope, and messages carry its identity', async () => {
    const gateway = await openWebSocket()
    const headers = authorization(issuer.sign({ scope: 'read:patients' }))
    const dialled = await dial(gateway.url, { headers })
    if (!dialled.open) throw new Error(`refused: ${dialled.status}`)
    dialled.socket.send('hello')
    const [message] = await new Promise<unknown[]>((resolve) => {
      dialled.socket.once('message', (...given) => resolve(given))
    })
    expect(JSON.parse(String(message))).toMatchObject(named)
    dialled.socket.close()
  })

  it.each([
    ['no token', () => ({}), 401],
    ['a bad token', () => authorization(`${issuer.sign()}x`), 401],
    ['a token without the scope', () => authorization(issuer.sign({ scope: 'other' })), 403],
  ])('stays shut for %s', async (_, headers, status) => {
    const gateway = await openWebSocket()
    expect(await dial(gateway.url, { headers: headers() })).toMatchObject({ open: false, status })
  })
})
