/** Tokens to choose from: those that the tokens server hands out, and some that no issuer would sign. */
import type { SampleScopes } from '../scopes.ts'
import type { Sample } from './api.ts'

export interface Samples {
  list(): Promise<readonly Sample[]>
  /** null: there is no such sample. Throws where the issuer is down. */
  mint(name: string): Promise<string | null>
}

const storiesOf = ({ read, admin }: SampleScopes): Readonly<Record<string, string>> => ({
  read: `Ada, logged in, with ${read.join(' ')}`,
  admin: `a machine with ${admin.length > MOST ? 'every scope that the rules name' : admin.join(' ')}`,
  billing: 'a good token, but for the billing API',
  opaque: 'Ada logged in without naming an audience',
  user: 'Ada, with a token that only the issuer can read',
  machine: 'a machine, with a token that only the issuer can read',
  outage: 'of an issuer that is down',
})

/** More names make no story. */
const MOST = 4

/** Here nothing else takes it down than a button of the last view. */
export const ISSUER_STOPPED = 'the issuer is stopped; restore it in “World”'

type Forge = (token: string) => string

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Another signature, and as long. */
const tamper: Forge = (token) => {
  const at = token.lastIndexOf('.') + 1
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

const unsign: Forge = (token) => `${encode({ alg: 'none', typ: 'at+jwt' })}.${token.split('.')[1]}.`

/** Escapes, so that this file itself can be read. */
const HOSTILE_CLAIMS = {
  sub: '<img src=x onerror=alert(1)>',
  scope: 'read:patients \u202E admin:daer',
  name: '\u001B[31mred\u001B[0m\u0007 Ada\u200Bline',
  'https://example.com/<script>alert(2)</script>': '"><svg onload=alert(3)>',
}

const FORGED: Readonly<Record<string, readonly [story: string, forge: Forge]>> = {
  tampered: ["Ada's token, its signature altered", tamper],
  unsigned: ["Ada's claims under `alg: none`", unsign],
  hostile: [
    'script, bidi and escape characters in its claims',
    (token) => {
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
      const forged = encode({ ...claims, ...HOSTILE_CLAIMS })
      return [token.split('.')[0], forged, token.split('.')[2]].join('.')
    },
  ],
}

/** `origin`: of the tokens server. */
export function createSamples(origin: string, scopes: SampleScopes): Samples {
  const stories = storiesOf(scopes)
  const mint = async (name: string): Promise<string | null> => {
    const [, forge] = Object.hasOwn(FORGED, name) ? (FORGED[name] ?? []) : []
    if (forge) return forge((await mint('read')) ?? '')
    if (!/^[\w:+.-]{1,200}$/.test(name)) return null
    const response = await fetch(`${origin}/${name}`)
    if (response.status === 404) return null
    if (!response.ok) throw new Error(ISSUER_STOPPED)
    return (await response.text()).trim()
  }
  return {
    mint,
    async list() {
      const [first = ''] = (await (await fetch(`${origin}/`)).text()).split('\n')
      const offered = [...first.matchAll(/\/([\w-]+)/g)].map(([, name = '']) => ({
        name,
        story: stories[name] ?? 'as the tokens server gives it',
      }))
      const forged = Object.entries(FORGED).map(([name, [story]]) => ({ name, story }))
      return [...offered, ...forged]
    },
  }
}
