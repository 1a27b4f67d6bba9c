import { pad, redirect, type Reply } from '../../support/replies.ts'
import type { ScriptedIssuer } from '../../support/scripted-issuer.ts'
import { createMemoryStore, startCore } from './core-keys.ts'

/** What must not be taken for keys: at the issuer's key set, or at its metadata. */
export const BAD_ANSWERS: Readonly<
  Record<string, (issuer: ScriptedIssuer) => readonly ['jwks' | 'discovery', Reply]>
> = {
  'a key set of 1 MB': (issuer) => ['jwks', { body: pad(issuer.jwks(), 1_000_000) }],
  'a key set of 10,000 keys': () => [
    'jwks',
    { body: { keys: Array.from({ length: 10_000 }, (_, index) => ({ kid: `${index}` })) } },
  ],
  'a key set of 33 keys': ({ keys }) => [
    'jwks',
    { body: { keys: Array.from({ length: 33 }, () => keys[0]?.publicJwk) } },
  ],
  'a key set elsewhere, by redirect': (issuer) => ['jwks', redirect(issuer.url('/moved'))],
  'a key set without keys': () => ['jwks', { body: { keys: [] } }],
  'a key set that is a list': ({ keys }) => ['jwks', { body: [keys[0]?.publicJwk] }],
  'a key set that is a page': () => ['jwks', { body: '<!doctype html><title>Sign in</title>' }],
  'half a key set': (issuer) => ['jwks', { body: JSON.stringify(issuer.jwks()).slice(0, -2) }],
  'a key set that is not UTF-8': () => [
    'jwks',
    { body: Buffer.from('{"keys":[{"kid":"\xff"}]}', 'latin1') },
  ],
  'a key set with status 500': (issuer) => ['jwks', { status: 500, body: issuer.jwks() }],
  'a key set with status 404': () => ['jwks', { status: 404 }],
  'a connection that is cut': () => ['jwks', { fault: 'reset' }],
  'the metadata of an issuer with a slash less': (issuer) => [
    'discovery',
    { body: { ...issuer.discovery(), issuer: issuer.issuer.slice(0, -1) } },
  ],
  'metadata that name a key set on another host': (issuer) => [
    'discovery',
    {
      body: {
        ...issuer.discovery(),
        jwks_uri: issuer.url('jwks').replace('127.0.0.1', 'localhost'),
      },
    },
  ],
  'metadata that name a key set with credentials': (issuer) => [
    'discovery',
    {
      body: { ...issuer.discovery(), jwks_uri: issuer.url('jwks').replace('//', '//user:secret@') },
    },
  ],
  'metadata without a key set': (issuer) => [
    'discovery',
    { body: { ...issuer.discovery(), jwks_uri: undefined } },
  ],
  'metadata elsewhere, by redirect': (issuer) => ['discovery', redirect(issuer.url('/moved'))],
}

/** Texts as the product writes them into a store, and other ones. */
export async function createTexts(issuer: ScriptedIssuer, other: ScriptedIssuer) {
  const write = async (of: ScriptedIssuer, ahead: number): Promise<string> => {
    const store = createMemoryStore()
    await startCore({ issuers: [of], stores: [store], ahead }).ask(of.sign())
    return [...store.texts.values()][0]!
  }
  const own = await write(issuer, 0)
  return {
    nothing: '',
    'no JSON': 'keys',
    null: 'null',
    'a list': '[]',
    'an empty object': '{}',
    'half a record': own.slice(0, -10),
    'a record without keys': JSON.stringify({ ...JSON.parse(own), keys: [] }),
    'keys that are none': JSON.stringify({ ...JSON.parse(own), keys: [null, 1] }),
    'the record of another issuer': await write(other, 0),
    'a record from the future': await write(issuer, 3600),
    'a record from last week': await write(issuer, -604_800),
    'a record of 1 MB': own.replace('{', `{${' '.repeat(1_000_000)}`),
  }
}
