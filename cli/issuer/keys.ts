/**
 * Keys for test tokens, in a file of the user's: made when first needed, readable by nobody else, and
 * trusted by no deployment.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { JWK } from 'jose'
import { isObject, memberOf, parseJson } from '../../shared/json.ts'
import { CliFault } from '../fault.ts'
import { printable } from '../printable.ts'

export interface TestKeys {
  readonly file: string
  /** Private, one for each algorithm. */
  readonly keys: readonly JWK[]
}

const FOLDER = '.edge-authorizer'

export const keyFile = (configPath: string, given: string | boolean | undefined): string =>
  typeof given === 'string' ? given : join(dirname(configPath), FOLDER, 'test-keys.json')

/** null: there is no such file. */
export async function readTestKeys(file: string): Promise<TestKeys | null> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  const keys = memberOf(parseJson(text), 'keys')
  if (Array.isArray(keys) && keys.every(isObject)) return { file, keys }
  throw new CliFault(`${printable(file)}: no key set.`, 'Remove the file; another one is made.')
}

/** The key for an algorithm, which is made and kept where there is none. */
export async function findTestKey(file: string, alg: string): Promise<JWK> {
  const { keys } = (await readTestKeys(file)) ?? { keys: [] }
  const known = keys.find((key) => key.alg === alg)
  if (known) return known
  const made = await makeKey(alg)
  await keep(file, [...keys, made])
  return made
}

async function makeKey(alg: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: `test-${await calculateJwkThumbprint(jwk)}`, alg, use: 'sig' }
}

/** No key of a test belongs in a repository. */
async function keep(file: string, keys: readonly JWK[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 })
  await chmod(file, 0o600)
  if (dirname(file).endsWith(FOLDER)) await writeFile(join(dirname(file), '.gitignore'), '*\n')
}

/** What an issuer publishes: the public members alone. */
export const publicKeys = ({ keys }: TestKeys): readonly JWK[] =>
  keys.map(({ kty, crv, x, y, n, e, kid, alg, use }) =>
    JSON.parse(JSON.stringify({ kty, crv, x, y, n, e, kid, alg, use })),
  )
