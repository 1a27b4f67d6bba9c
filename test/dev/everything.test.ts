import { once } from 'node:events'
import { createServer } from 'node:net'
import { beforeAll, expect, it } from 'vitest'
import rules from '../../authorizer.config.ts'
import { startEverything } from '../../dev/everything.ts'
import { PLACES, type Place } from '../../dev/ports.ts'
import { ensureBuilt, findPorts, isOpen } from './child.ts'

beforeAll(ensureBuilt)

it.each(['worker', 'http-2.0', 'console'] as const)(
  'leaves nothing open where %s cannot start',
  async (place) => {
    const ports = await findPorts()
    const squatter = createServer().listen(ports[place], '127.0.0.1')
    await once(squatter, 'listening')
    await expect(startEverything(rules, ports, () => undefined)).rejects.toThrow(
      /EADDRINUSE|in use/,
    )
    for (const other of Object.keys(PLACES) as readonly Place[]) {
      expect([other, await isOpen(ports[other])]).toEqual([other, other === place])
    }
    squatter.close()
  },
)
