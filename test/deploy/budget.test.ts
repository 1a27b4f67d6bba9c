/** What is deployed stays small: sizes are a promise, kept in bench/budget.json. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import budget from '../../bench/budget.json' with { type: 'json' }

test.each(Object.entries(budget))('%s fits its budget', (_, { file, gzipBytes }) => {
  const size = gzipSync(readFileSync(file), { level: 9 }).length
  expect(size).toBeLessThanOrEqual(gzipBytes)
})

test.each(Object.entries(budget))('%s is one module without leftovers', (name, { file }) => {
  const code = readFileSync(file, 'utf8')
  const imports = [...code.matchAll(/\bfrom ?["']([^"']+)["']/g)].map(([, from]) => from)
  expect(imports).toEqual(name === 'worker' ? ['cloudflare:workers'] : ['node:buffer'])
  if (name === 'worker') expect(code).not.toContain('node:')
})
