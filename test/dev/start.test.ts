import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ports } from '../../dev/ports.ts'
import { childrenOf, findPorts, isAlive, isOpen, poll, useChildren, type Child } from './child.ts'
import { paste } from './curl.ts'
import { dial } from './gateway/client.ts'

/** What the banner promises of a `curl` line at each door. */
interface Promised {
  readonly status: number
  readonly code: string
  readonly gatewayStatus: number
  readonly worker: string
  readonly gateway: string
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
const READY = /Ctrl-C ends everything/
const BLOCK =
  /^ {2}(?<status>\d{3}) (?<code>\w+) .*?(?:\((?<other>\d{3}) at API Gateway\))?\n {2}(?<worker>curl .*)\n {2}(?<gateway>curl .*)$/gmu

const readPromises = (banner: string): readonly Promised[] =>
  [...banner.matchAll(BLOCK)].map(({ groups = {} }) => {
    const { status, code = '', other, worker = '', gateway = '' } = groups
    return {
      status: Number(status),
      code,
      gatewayStatus: Number(other ?? status),
      worker,
      gateway,
    }
  })

/** A port of five digits, as here, makes the longest `curl` line longer by two. */
const columnsFor = (line: string): number => (line.startsWith('  curl') ? 102 : 100)

const codeOf = (body: string): string =>
  Object(JSON.parse(body)).upstream === 'patients' ? 'allow' : Object(JSON.parse(body)).code

/** A process that is killed is gone soon, not at once: so are its ports. */
const expectNothingLeft = async (ports: Ports, children: readonly number[] = []): Promise<void> => {
  await expect.poll(() => children.filter(isAlive)).toEqual([])
  for (const port of Object.values(ports)) await expect.poll(() => isOpen(port)).toBe(false)
}

const startChild = useChildren()

describe('npm start', () => {
  let ports: Ports
  let child: Child
  let promises: readonly Promised[]

  const tokenOf = async (name: string): Promise<string> =>
    (await (await fetch(`http://127.0.0.1:${ports.tokens}/${name}`)).text()).trim()

  beforeAll(async () => {
    ports = await findPorts()
    // Variables of a shell that has to do with real deployments must not get in.
    const foreign = { ISSUER: 'https://tenant.eu.auth0.com/', AUDIENCE: 'a', CACHE_TABLE: 'keys' }
    child = startChild(['--port', String(ports.worker)], foreign)
    await child.printed(READY)
    promises = readPromises(child.stdout())
  })

  it('prints a line for every kind of verdict, readable at 100 columns', () => {
    expect(promises.map(({ status, code }) => `${status} ${code}`)).toEqual([
      '200 allow',
      '200 allow',
      '200 allow',
      '200 allow',
      '200 allow',
      '401 missing_token',
      '401 audience_mismatch',
      '401 audience_mismatch',
      '403 insufficient_scope',
      '503 keys_unavailable',
    ])
    const lines = child.stdout().split('\n')
    expect(lines.filter((line) => line.length > columnsFor(line))).toEqual([])
    expect(child.stderr()).toBe('')
  })

  it('serves the console where it says', async () => {
    const [, address = ''] = /^ {2}Console +(http:\S+)/m.exec(child.stdout()) ?? []
    expect(address).toBe(`http://127.0.0.1:${ports.console}`)
    const answer = await fetch(address)
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('console')])
  })

  it('keeps every promise at the Worker', async () => {
    for (const { worker, status, code } of promises) {
      const answer = await paste(worker)
      expect([worker, answer.status, codeOf(answer.body)]).toEqual([worker, status, code])
    }
  })

  it('keeps every promise at API Gateway, and tells the reason below', async () => {
    for (const { gateway, gatewayStatus, code } of promises) {
      const before = child.stdout().length
      const answer = await paste(gateway)
      expect([gateway, answer.status]).toEqual([gateway, gatewayStatus])
      const told = await poll(
        () => /REST TOKEN {4}(\d{3}) {2}GET \/dev\/.*/.exec(child.stdout().slice(before)),
        `a line about ${gateway}`,
      )
      expect(told[1]).toBe(String(gatewayStatus))
      // API Gateway itself refuses who sends nothing; everything else our function has decided.
      expect(told[0]).toContain(code === 'missing_token' ? 'no token, not asked' : code)
    }
  })

  it('writes one line for each decision of the Worker, with method, path, verdict and code', async () => {
    const url = `http://127.0.0.1:${ports.worker}/patients/7?access_token=${await tokenOf('read')}`
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403)
    await child.printed(/Worker {8}403 {2}DELETE \/patients\/7 +deny +no_matching_route\n/)
  })

  it('says hints and challenges at the Worker', async () => {
    const opaque = await paste(promises.find(({ worker }) => /opaque/.test(worker))?.worker ?? '')
    expect(opaque.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(JSON.parse(opaque.body).hint).toContain('audience=')
    const outage = await paste(promises.at(-1)?.worker ?? '')
    expect(outage.headers.get('retry-after')).toBe('5')
  })

  it('tells the upstream who calls, and never how to call as them', async () => {
    const { body } = await paste(promises[0]?.worker ?? '')
    expect(JSON.parse(body)).toMatchObject({
      method: 'GET',
      path: '/patients',
      authorization: 'absent',
      identity: { 'x-auth-subject': 'auth0|ada', 'x-auth-scope': 'read:patients' },
    })
  })

  it.each([
    ['read', 'auth0|ada', 'jwt'],
    ['user', 'auth0|ada', 'introspected'],
    ['machine', 'machine', 'introspected'],
  ])('tells the upstream what the token /%s is', async (name, subject, kind) => {
    const headers = { authorization: `Bearer ${await tokenOf(name)}` }
    const answer = await fetch(`http://127.0.0.1:${ports.worker}/patients`, { headers })
    const identity = { 'x-auth-subject': subject, 'x-auth-token-kind': kind }
    expect(await answer.json()).toMatchObject({ identity })
  })

  it.each(['rest-request', 'http-1.0', 'http-2.0'] as const)(
    'gives the same verdicts at the %s API',
    async (kind) => {
      const base = `http://127.0.0.1:${ports[kind]}${kind.startsWith('rest') ? '/dev' : ''}`
      const ask = async (path: string, name: string) => {
        const headers = { authorization: `Bearer ${await tokenOf(name)}` }
        return (await fetch(base + path, { headers })).status
      }
      expect(await ask('/patients', 'read')).toBe(200)
      expect(await ask('/patients', 'user')).toBe(200)
      expect(await ask('/patients', 'billing')).toBe(401)
      expect(await ask('/admin/visits', 'read')).toBe(403)
      expect(await ask('/admin/visits', 'admin')).toBe(200)
      expect(await ask('/patients', 'outage')).toBe(500)
      expect((await fetch(`${base}/health`)).status).toBe(200)
    },
  )

  it.each([
    ['read', 101],
    ['machine', 101],
    ['admin', 403],
    ['opaque', 401],
    ['outage', 500],
  ])('gives the same verdicts at the WebSocket API: %s token, %i', async (name, status) => {
    const headers = { authorization: `Bearer ${await tokenOf(name)}` }
    const dialled = await dial(`ws://127.0.0.1:${ports.websocket}/dev`, { headers })
    if (dialled.open) dialled.socket.terminate()
    expect(dialled.open ? 101 : dialled.status).toBe(status)
  })

  it('shows an answer from the result cache as one', async () => {
    const headers = { authorization: `Bearer ${await tokenOf('read')}` }
    const ask = (path: string) =>
      fetch(`http://127.0.0.1:${ports['rest-token']}/dev${path}`, { headers })
    expect((await ask('/patients')).status).toBe(200)
    expect((await ask('/admin/cached')).status).toBe(403)
    await child.printed(/REST TOKEN {4}403 {2}GET \/dev\/admin\/cached +deny +by the cached policy/)
  })

  it('hands out a token with any scopes that the rules name, and no other', async () => {
    const token = await tokenOf('read:patients+read:admin')
    const headers = { authorization: `Bearer ${token}` }
    for (const path of ['/patients', '/admin/visits']) {
      expect((await fetch(`http://127.0.0.1:${ports.worker}${path}`, { headers })).status).toBe(200)
    }
    const refused = await fetch(`http://127.0.0.1:${ports.tokens}/write:everything`)
    expect(refused.status).toBe(404)
    expect(await refused.text()).toContain('/read')
  })

  it('names a port in use, the mend, and leaves with 1', async () => {
    const second = startChild(['--port', String(ports.console)])
    expect(await second.ended).toBe(1)
    expect(second.stderr()).toContain(`Port ${ports.console} (Worker) is in use.`)
    expect(second.stderr()).toMatch(/npm start -- --port \d+/)
    expect(second.stdout()).toBe('')
  })

  it('never prints a token, and no word but its own', () => {
    expect(child.stdout()).not.toContain('eyJ')
    expect(child.stdout()).not.toContain('access_token')
    expect(child.stderr()).toBe('')
  })

  it('ends on Ctrl-C with 0, with no child and no open port left', async () => {
    const children = childrenOf(child.pid)
    expect(children).toHaveLength(1)
    child.kill('SIGINT')
    expect(await child.ended).toBe(0)
    await expectNothingLeft(ports, children)
  })
})

describe('npm start, ended while it starts', () => {
  it.each(SIGNALS)('leaves nothing behind after %s', async (signal) => {
    const ports = await findPorts()
    const child = startChild([], { PORT: String(ports.worker) })
    const children = await poll(() => {
      const found = childrenOf(child.pid)
      return found.length > 0 ? found : null
    }, 'workerd')
    child.kill(signal)
    expect(await child.ended).toBe(0)
    await expectNothingLeft(ports, children)
  })

  it('leaves nothing behind when nobody reads its output any more', async () => {
    const ports = await findPorts()
    const child = startChild([], { PORT: String(ports.worker) })
    child.deafen()
    expect(await child.ended).toBe(0)
    await expectNothingLeft(ports)
  })

  it('is reached by a signal to npm, whose shell passes none on', () => {
    const { start } = JSON.parse(readFileSync('package.json', 'utf8')).scripts
    expect(start).toMatch(/&& exec node dev\/start\.ts$/)
  })
})

describe('npm start, misused', () => {
  it('finds the one port of its row that is taken', async () => {
    const ports = await findPorts()
    const squatter = createServer().listen(ports.issuer, '127.0.0.1')
    const child = startChild(['--port', String(ports.worker)])
    expect(await child.ended).toBe(1)
    expect(child.stderr()).toContain(`Port ${ports.issuer} (Issuer) is in use.`)
    squatter.close()
  })

  it('explains itself, without a stack', async () => {
    const child = startChild(['--prot', '9000'])
    expect(await child.ended).toBe(1)
    expect(child.stderr()).toContain("Unknown option '--prot'")
    expect(child.stderr()).toContain('Usage: npm start')
    expect(child.stderr()).not.toContain('    at ')
  })
})
