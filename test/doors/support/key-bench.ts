import { afterEach } from 'vitest'
import { createKey } from '../../support/keys.ts'
import {
  startScriptedIssuer,
  type ScriptedIssuer,
  type ScriptedIssuerOptions,
} from '../../support/scripted-issuer.ts'
import type { Instance, InstanceOptions, KeyDoor } from './key-door.ts'

export const first = createKey('RS256', { kid: 'first' })
export const second = createKey('RS256', { nth: 1, kid: 'second' })

/** Clocks are moved by minutes: what a slow machine adds to that is nothing beside them. */
export const KEYS = { freshSeconds: 100, staleSeconds: 200, cooldownSeconds: 100 }
export const FRESH_IS_OVER = 110
export const STALE_IS_OVER = 320

/** Closed after each test, the last one first. */
const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

export async function opened<T extends { close(): Promise<unknown> }>(
  starting: Promise<T>,
): Promise<T> {
  const started = await starting
  open.push(started)
  return started
}

export const startIssuer = (options: ScriptedIssuerOptions = {}): Promise<ScriptedIssuer> =>
  opened(startScriptedIssuer({ keys: [first], ...options }))

export const start = (door: KeyDoor, options: InstanceOptions): Promise<Instance> =>
  opened(door.start(options))

export const asked = ({ requests }: ScriptedIssuer) => ({
  discovery: requests.count('discovery'),
  jwks: requests.count('jwks'),
})

/** Asked together; which verdict was whose cannot be told. */
export const verdictsOf = async (instance: Instance, tokens: readonly string[]) => {
  const answers = await Promise.all(tokens.map((token) => instance.ask(token)))
  return answers.map(({ verdict }) => verdict)
}

export const withKids = (issuer: ScriptedIssuer, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => issuer.sign({}, { kid: `unknown-${index}` }))
