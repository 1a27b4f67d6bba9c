import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { useWorkplace } from './command.ts'

const place = useWorkplace({
  issuers: [{ issuer: 'https://tenant.example.com/', audience: 'https://api.example.com' }],
  routes: { 'GET /a': 'authenticated' },
})

it('token --serve is an issuer for what runs on this machine', async () => {
  const first = await place.run(['token'])
  expect(first.code).toBe(0)
  const words = [resolve('dist/cli/main.js'), 'token', '--serve']
  const child = spawn(process.execPath, words, { cwd: place.folder })
  try {
    const [piece] = await once(child.stdout, 'data')
    const [, issuer = ''] = /test keys: (http:\S+)/.exec(String(piece)) ?? []
    const minted = await place.run(['token', '--issuer', issuer])
    const explain = ['explain', '-', 'GET', '/a', '--json']
    const env = { ISSUER: issuer }
    const ran = await place.run(explain, { input: minted.stdout, env })
    expect([ran.code, ran.json().verdict.outcome]).toEqual([0, 'allow'])
    const foreign = await fetch(new URL('/.edge-authorizer/test-keys.json', issuer))
    expect(foreign.status).toBe(404)
    const again = await place.run(['token', '--serve', new URL(issuer).port])
    expect([again.code, again.stderr]).toEqual([
      64,
      expect.stringMatching(/^edge-authorizer: listen EADDRINUSE.*\n  Fix: Name another port/),
    ])
    const keys = JSON.stringify(await (await fetch(`${issuer}.well-known/jwks.json`)).json())
    expect(keys).toContain('"n":')
    expect(keys).not.toMatch(/"(?:d|p|q|dp|dq|qi)":/)
    await rm(resolve(place.folder, '.edge-authorizer/test-keys.json'))
    expect((await fetch(`${issuer}.well-known/jwks.json`)).status).toBe(503)
  } finally {
    child.kill('SIGINT')
    await once(child, 'exit')
  }
  expect(child.exitCode).toBe(0)
})
