/** The page of the rules is the rules. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GATEWAY_RULES } from '../../../cli/lint/lint.ts'
import { WORKER } from '../../../cli/lint/rules/worker.ts'

test('docs/deployment-lint.md has every rule with its severity, in order, and no other', () => {
  const text = readFileSync('docs/deployment-lint.md', 'utf8')
  const rows = [...text.matchAll(/^\| `([\w-]+)` +\| (\w+)/gm)].map(([, ...row]) => row)
  const rules = [...GATEWAY_RULES, ...WORKER].map(({ name, severity }) => [name, severity])
  expect(rows).toEqual(rules)
})
