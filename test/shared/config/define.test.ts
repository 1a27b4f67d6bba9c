/** A configuration can be put together from typed parts, by the names that the package exports. */
import { expect, test } from 'vitest'
import { defineConfig } from '../../../shared/index.ts'
import type { Config, Issuer, RoutePattern, RoutePolicy } from '../../../shared/index.ts'

const ISSUER: Issuer = { issuer: 'https://issuer.example/', audience: 'api' }
const PATTERN: RoutePattern = 'GET /a/{id}'
const POLICY: RoutePolicy = { bind: { id: 'sub' } }

test('a configuration is what it was defined as', () => {
  const config: Config = { issuers: [ISSUER], routes: { [PATTERN]: POLICY } }
  expect(defineConfig(config)).toBe(config)
})
