import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isObject, parseStrictObject } from '../../shared/json.ts'
import { JSON_DEPTH } from '../../shared/limits.ts'

/** Names and texts full of what could be taken for the end of a string, or for a member. */
const text = fc.string({
  unit: fc.constantFrom('a', '"', '\\', ':', ',', '{', '}', ' ', 'é', '\n'),
})
const blanks = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 })
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.constant(null),
    tie('object'),
    tie('list'),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}))
const objects = values.object as fc.Arbitrary<Readonly<Record<string, unknown>>>

/** As JSON, with these blanks wherever blanks may be. */
function write(value: unknown, gap: string): string {
  if (Array.isArray(value))
    return `[${gap}${value.map((item) => write(item, gap)).join(`${gap},`)}]`
  if (!isObject(value)) return JSON.stringify(value)
  return `{${gap}${Object.entries(value)
    .map(([name, item]) => writeMember(name, item, gap))
    .join(`${gap},${gap}`)}}`
}

const writeMember = (name: string, value: unknown, gap: string): string =>
  `${JSON.stringify(name)}${gap}:${gap}${write(value, gap)}`

test('what is written once is read as it is', () => {
  fc.assert(
    fc.property(objects, blanks, (object, gap) => {
      expect(parseStrictObject(gap + write(object, gap) + gap)).toEqual(object)
    }),
    { numRuns: 2000, seed: 20261124 },
  )
})

test('a member written twice is refused, however deep, however it is written', () => {
  const names = fc.tuple(text, fc.constantFrom('', '\\u0061'))
  fc.assert(
    fc.property(objects, names, blanks, fc.nat(3), (object, [name, escaped], gap, depth) => {
      const first = writeMember(`${name}a`, object, gap)
      // `a` may be spelled as an escape: it is the same name all the same.
      const again = escaped ? first.replace(/a"/, `${escaped}"`) : first
      const twice = `{${first},${gap}${again}}`
      const nested = Array.from({ length: depth }).reduce<string>(
        (inner) => `{"b":[${inner}]}`,
        twice,
      )
      expect(parseStrictObject(nested)).toBeUndefined()
    }),
    { numRuns: 2000, seed: 20261124 },
  )
})

test.each(['[]', '"text"', 'null', '1', 'true', '', '{', '{"a":1}{"b":2}', '\ufeff{}'])(
  '%j is no object',
  (written) => {
    expect(parseStrictObject(written)).toBeUndefined()
  },
)

test('is read down to a depth, and no deeper', () => {
  const nest = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
  expect(parseStrictObject(nest(JSON_DEPTH))).toBeDefined()
  expect(parseStrictObject(nest(JSON_DEPTH + 1))).toBeUndefined()
})
