import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchPattern } from '../../../dev/gateway/pattern.ts'
import { evaluate as evaluateStatements } from '../../../functions/lambda/policy/evaluate.ts'
import { matches } from './evaluate.ts'

const text = fc.string({
  unit: fc.constantFrom('a', 'b', '/', '*', '?', '.', '%', '|'),
  maxLength: 8,
})

test('three readers of IAM patterns agree: the product, the model of API Gateway, the tests', () => {
  fc.assert(
    fc.property(text, text, (pattern, subject) => {
      const isMatch = matchPattern(pattern, subject)
      expect(matches(pattern, subject)).toBe(isMatch)
      const said = evaluateStatements({ allow: [pattern], deny: [] }, subject)
      expect(said).toBe(isMatch ? 'allow' : 'none')
    }),
    { numRuns: 10_000, seed: 20_261_124 },
  )
})
