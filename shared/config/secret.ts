/** What a configuration names by `{ env: 'NAME' }`. */
import { isObject, own } from '../json.ts'
import type { Environment } from '../ports.ts'

/** undefined: none is named, which the schema has judged. */
export function findSecret(secret: unknown, environment: Environment) {
  const name = isObject(secret) ? secret['env'] : undefined
  return typeof name === 'string' ? { name, value: own(environment, name) } : undefined
}

export const notSet = (name: string): string => `${name} is not set`
