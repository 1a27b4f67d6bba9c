import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import rules from '../../authorizer.config.ts'
import { startEverything } from '../../dev/everything.ts'
import { PLACES, type Place } from '../../dev/ports.ts'
import { findPorts, isOpen } from './child.ts'

it('starts for an API whose identifier is no URI', async () => {
  const ports = await findPorts()
  const issuers = [{ issuer: 'https://tenant.example.com/', audience: 'my-api' }]
  const running = await startEverything({ ...rules, issuers }, ports, () => undefined)
  const token = await (await fetch(`${running.addresses.tokens}/read`)).text()
  const headers = { authorization: `Bearer ${token.trim()}` }
  expect((await fetch(`${running.addresses.worker}/patients`, { headers })).status).toBe(200)
  await running.close()
})

it('has tokens that open routes of other scopes and permissions than the sample', async () => {
  const ports = await findPorts()
  const routes = {
    'GET /orders': { scopes: 'read:orders' },
    'GET /reports': { scopes: 'read:reports' },
    'GET /staff': { permissions: 'read:staff' },
  } as const
  const running = await startEverything({ ...rules, routes }, ports, () => undefined)
  const { tokens, worker } = running.addresses
  const statusOf = async (path: string, name: string) => {
    const token = await (await fetch(`${tokens}/${name}`)).text()
    const headers = { authorization: `Bearer ${token.trim()}` }
    return (await fetch(`${worker}${path}`, { headers })).status
  }
  for (const [path, read, admin, machine] of [
    ['/orders', 200, 200, 200],
    ['/reports', 403, 200, 403],
    ['/staff', 403, 200, 200],
  ] as const) {
    const told = [
      await statusOf(path, 'read'),
      await statusOf(path, 'admin'),
      await statusOf(path, 'machine'),
    ]
    expect([path, ...told]).toEqual([path, read, admin, machine])
  }
  await running.close()
})

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
