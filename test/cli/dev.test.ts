import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { findPorts, isOpen, poll } from '../dev/child.ts'
import { useWorkplace } from './command.ts'

const rules = (routes: object) => ({
  issuers: [{ issuer: 'https://tenant.example.com/', audience: 'https://api.example.com' }],
  routes,
})
const place = useWorkplace()

it("runs the user's own rules, and again when they change, and keeps them while they are wrong", async () => {
  const file = await place.write('authorizer.config.json', rules({ 'GET /old': 'public' }))
  const { worker } = await findPorts()
  const words = [resolve('dist/cli/main.js'), 'dev', '--port', String(worker), '-c', file]
  const child = spawn(process.execPath, words, { cwd: place.folder })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const until = (what: string, isTrue: () => boolean) => poll(() => isTrue() || null, what)
  const started = (times: number) =>
    until('a start', () => said.split('Ctrl-C ends everything').length > times)
  const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${worker}${path}`)).status
  try {
    await started(1)
    expect([await statusOf('/old'), await statusOf('/new')]).toEqual([200, 403])
    await place.write('authorizer.config.json', rules({ nonsense: 'public' }))
    // Whoever looks while the file is being written sees half of it, and says so first.
    await until('a refusal', () => said.includes('routes.nonsense: must be `METHOD /path`'))
    expect(said).toContain('the rules are kept as they were')
    expect(await statusOf('/old')).toBe(200)
    await place.write('authorizer.config.json', rules({ 'GET /new': 'public' }))
    await started(2)
    expect([await statusOf('/old'), await statusOf('/new')]).toEqual([403, 200])
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  expect(child.exitCode).toBe(0)
  expect(await isOpen(worker)).toBe(false)
})

it('tells a port that is none in one line, and the mend in another', async () => {
  const file = await place.write('authorizer.config.json', rules({ 'GET /old': 'public' }))
  const { code, stderr } = await place.run(['dev', '--once', '-c', file, '--port', 'x'])
  expect(code).toBe(64)
  expect(stderr).toMatch(/^.*--port is a number from 1 to .*\n {2}Fix: .*--port 8887\.\n$/)
})
