import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Fault } from '../../dev/fault.ts'
import { assertFree, planPorts, readFirstPort } from '../../dev/ports.ts'
import { findPorts } from './child.ts'

describe('the first port', () => {
  it.each([
    ['by default', [], {}, 8787],
    ['from PORT', [], { PORT: '9000' }, 9000],
    ['from --port, over PORT', ['--port', '9100'], { PORT: '9000' }, 9100],
    ['at the end of the range', ['--port=65527'], {}, 65_527],
  ])('is read %s', (_name, args, environment, port) => {
    expect(readFirstPort(args, environment)).toBe(port)
  })

  it.each([
    ['a word', ['--port', 'eighty']],
    ['nothing', ['--port', '']],
    ['0', ['--port', '0']],
    ['a row that runs over the last port', ['--port', '65528']],
    ['a flag without a value', ['--port']],
    ['another flag', ['--ports', '1']],
    ['a stray word', ['9000']],
  ])('is not %s', (_name, args) => {
    expect(() => readFirstPort(args, {})).toThrow(Fault)
    expect(() => readFirstPort(args, {})).toThrow('Usage: npm start')
  })

  it('moves all others', () => {
    expect(Object.values(planPorts(9000))).toEqual([
      9000, 9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008,
    ])
  })
})

describe('ports in use', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })
  const occupy = async (port: number): Promise<void> => {
    const server = createServer().listen(port, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
  }

  it('are none where all are free, and stay free', async () => {
    const ports = await findPorts()
    await expect(assertFree(ports)).resolves.toBeUndefined()
    await expect(assertFree(ports)).resolves.toBeUndefined()
  })

  it('are named with what wanted them', async () => {
    const ports = await findPorts()
    await occupy(ports['http-1.0'])
    await expect(assertFree(ports)).rejects.toThrow(
      `Port ${ports['http-1.0']} (HTTP 1.0) is in use`,
    )
    await occupy(ports.tokens)
    await expect(assertFree(ports)).rejects.toThrow(
      `Ports ${ports['http-1.0']} (HTTP 1.0) and ${ports.tokens} (Tokens) are in use`,
    )
    await occupy(ports.issuer)
    await expect(assertFree(ports)).rejects.toThrow('(HTTP 1.0) and 2 more are in use')
  })
})
