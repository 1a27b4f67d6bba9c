import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createExplainer } from '../../cli/explain/explain.ts'
import { localKeysHttp } from '../../cli/issuer/serve.ts'
import type { Config } from '../../shared/index.ts'
import { useWorkplace } from './command.ts'

const CONFIG: Config = {
  issuers: [
    { issuer: 'https://tenant.example.com/', audience: 'https://api.example.com' },
    {
      issuer: 'https://ec.example.com/',
      audience: 'ec',
      algorithms: ['ES256'],
      profile: 'rfc9068',
    },
  ],
  routes: { 'GET /a': { scopes: 'read:a' }, 'GET /user': { principal: 'user' } },
}

const place = useWorkplace(CONFIG)
const keys = join(place.folder, '.edge-authorizer/test-keys.json')

async function judge(token: string, path: string): Promise<string | null> {
  const explain = createExplainer(CONFIG, { http: await localKeysHttp(CONFIG, keys) })
  const request = { method: 'GET', path, headers: {} }
  return (await explain({ request, token, now: Date.now() / 1000 })).verdict.code
}

const mint = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await place.run(['token', ...words])
  expect([code, stderr]).toEqual([0, ''])
  return stdout.trim()
}

describe('token', () => {
  it('mints what the configuration takes, with keys that nobody else can read', async () => {
    const token = await mint('--scope', 'read:a')
    expect(await judge(token, '/a')).toBeNull()
    expect(statSync(keys).mode & 0o077).toBe(0)
    expect(await readFile(join(place.folder, '.edge-authorizer/.gitignore'), 'utf8')).toBe('*\n')
  })

  it('goes through a pipe into explain', async () => {
    const input = await mint('--scope', 'read:a')
    const words = ['explain', '-', 'GET', '/a', '--test-keys', '--json']
    const ran = await place.run(words, { input })
    expect([ran.code, ran.json().verdict.outcome]).toEqual([0, 'allow'])
  })

  it.each([
    [['--expired'], 'token_expired'],
    [['--not-yet'], 'token_not_yet_valid'],
    [['--from-future'], 'token_issued_in_future'],
    [['--too-long'], 'token_lifetime_exceeded'],
    [['--wrong-audience', '--scope', 'read:a'], 'audience_mismatch'],
    [['--wrong-issuer'], 'issuer_mismatch'],
    [['--id-token'], 'id_token_used'],
    [['--bound'], 'sender_constraint_unsupported'],
    [['--unknown-key'], 'unknown_key'],
    [['--bad-signature'], 'signature_invalid'],
    [['--alg', 'none'], 'alg_not_allowed'],
    [['--missing', 'sub'], 'claim_missing'],
    [['--claim', 'aud=[7]'], 'claim_type_invalid'],
    [['--scope', 'read:b'], 'insufficient_scope'],
    [['--issuer', 'https://ec.example.com/', '--profile', 'auth0'], 'wrong_token_type'],
  ])('%j is refused as %s', async (words, code) => {
    await mint() // so that there is a key to publish
    expect(await judge(await mint(...words), '/a')).toBe(code)
  })

  it('shows the header that was signed', async () => {
    const { header } = JSON.parse(await mint('--json'))
    expect(header).toEqual({ alg: 'RS256', kid: expect.any(String), typ: 'JWT' })
  })

  it("takes an issuer's own algorithm and profile, and a machine's subject", async () => {
    const words = [
      '--issuer',
      'https://ec.example.com/',
      '--machine',
      '--lifetime',
      '15m',
      '--json',
    ]
    const ran = await place.run(['token', ...words])
    const { header, claims, token } = ran.json()
    expect(header).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    expect(claims).toMatchObject({ sub: 'test-client@clients', client_id: 'test-client' })
    expect(claims.exp - claims.iat).toBe(900)
    expect(await judge(token, '/user')).toBe('principal_not_allowed')
  })

  it.each([
    [['--alg', 'HS257'], /no algorithm/],
    [['--profile', 'nope'], /choices are auth0, rfc9068/],
    [['--alg', 'HS256'], /no secret/],
    [['--lifetime', 'long'], /no duration/],
    [['--claim', 'x'], /name=value/],
  ])('%j is a mistake', async (words, message) => {
    const { code, stdout, stderr } = await place.run(['token', ...words])
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toMatch(message)
  })
})

it('makes no file where none is asked for', async () => {
  await mint('--alg', 'none', '--keys', join(place.folder, 'elsewhere.json'))
  expect(existsSync(join(place.folder, 'elsewhere.json'))).toBe(false)
})
