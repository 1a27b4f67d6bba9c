/**
 * serverless-offline serves what serverless.yml wires: real HTTP, the built bundle in a thread for each
 * function, a real table. It invents ARNs, caches nothing, and has statuses and CORS of its own, so only
 * who gets through, and what the backend is told, is asked here. The rest: gateway.test.ts.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dial } from '../dev/gateway/client.ts'
import { CREDENTIALS, startDynalite, type Dynalite } from '../support/dynalite.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import { copyProject, type Project } from './project.ts'

const TABLE = 'edge-authorizer-dev-keys'

let project: Project
let issuer: ScriptedIssuer
let database: Dynalite
let offline: Offline

beforeAll(async () => {
  project = await copyProject()
  issuer = await startScriptedIssuer()
  database = await startDynalite(TABLE)
  await project.run('npm', ['run', 'build'])
  offline = await startOffline()
})

afterAll(async () => {
  await project.remove()
  await database.close()
  await issuer.close()
})

interface Offline {
  /** Of the REST API, whose stage is part of the path. */
  readonly rest: string
  readonly http: string
  readonly webSocket: string
}

async function startOffline(): Promise<Offline> {
  const [http, webSocket, lambda] = await Promise.all([freePort(), freePort(), freePort()])
  const ports = `--httpPort ${http} --websocketPort ${webSocket} --lambdaPort ${lambda}`
  const process = project.start(
    'sls',
    `offline start --noSponsor --host 127.0.0.1 ${ports}`.split(' '),
    {
      environment: {
        ...CREDENTIALS,
        AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${database.port}`,
        ISSUER: issuer.issuer,
        AUDIENCE: issuer.audience,
      },
    },
  )
  await waitForWord(process, 'Server ready')
  return {
    rest: `http://127.0.0.1:${http}/dev`,
    http: `http://127.0.0.1:${http}`,
    webSocket: `ws://127.0.0.1:${webSocket}`,
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

function waitForWord({ stdout, stderr }: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    for (const stream of [stdout, stderr]) {
      stream?.setEncoding('utf8').on('data', (piece: string) => {
        output += piece
        if (output.includes(word)) resolve()
      })
      stream?.once('end', () => reject(new Error(`ended without "${word}":\n${output}`)))
    }
  })
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const reader = () => bearer(issuer.sign({ scope: 'read:patients' }))
const stranger = () => bearer(issuer.sign({ scope: 'other' }))
const named = { subject: 'auth0|123', issuer: expect.any(String), scope: 'read:patients' }

describe.each([
  ['REST, TOKEN', () => `${offline.rest}/me`],
  ['REST, REQUEST', () => `${offline.rest}/patients`],
  ['HTTP', () => `${offline.http}/patients`],
])('%s', (_, url) => {
  it('lets a good token through, and the backend learns whose it is', async () => {
    const response = await fetch(url(), { headers: reader() })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject(named)
  })

  it.each([
    ['no token', () => ({})],
    ['a bad token', () => bearer(`${issuer.sign()}x`)],
  ])('refuses %s', async (_, headers) => {
    expect((await fetch(url(), { headers: headers() })).status).toBe(401)
  })
})

it.each([
  ['REST', () => `${offline.rest}/patients`],
  ['HTTP', () => `${offline.http}/patients`],
])('%s refuses a token without the scope', async (_, url) => {
  expect((await fetch(url(), { headers: stranger() })).status).toBe(403)
})

describe('WebSocket', () => {
  it('opens for a good token, and messages carry whose it is', async () => {
    const dialled = await dial(offline.webSocket, { headers: reader() })
    if (!dialled.open) throw new Error(`refused: ${dialled.status}`)
    const answered = once(dialled.socket, 'message')
    dialled.socket.send('hello')
    const [message] = await answered
    expect(JSON.parse(String(message))).toMatchObject(named)
    dialled.socket.close()
  })

  it('stays shut for a token without the scope', async () => {
    expect(await dial(offline.webSocket, { headers: stranger() })).toMatchObject({ open: false })
  })
})

it('keeps the keys in the table, where each function finds what another has fetched', async () => {
  const headers = reader()
  for (const url of [`${offline.rest}/me`, `${offline.rest}/patients`, `${offline.http}/me`]) {
    expect((await fetch(url, { headers })).status).toBe(200)
  }
  const scan = await database.call('Scan', { TableName: TABLE })
  expect(scan).toMatchObject({ Count: 1 })
  expect(issuer.requests.count('jwks')).toBe(1)
})
