/** The types that a user can name. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const FILES = ['config/types', 'ports', 'types']

/** By name, what is written of it up to the next one. */
const declared = new Map(
  FILES.flatMap((file) => {
    const text = readFileSync(`shared/${file}.ts`, 'utf8').replaceAll(/\/\*\*[^]*?\*\/|\/\/.*/g, '')
    return text
      .split(/^export (?:type|interface) /m)
      .slice(1)
      .map((part) => [/^\w+/.exec(part)?.[0] ?? '', part.split(/^(?:export|const) /m)[0] ?? ''])
  }) as [string, string][],
)
const exported = new Set(readFileSync('shared/index.ts', 'utf8').match(/\w+/g))

test('whatever a type of the library is made of can be named too', () => {
  // Otherwise a project with `declaration` cannot write down what it infers of one (TS2742).
  const nameless = [...declared].flatMap(([name, body]) =>
    exported.has(name)
      ? [...declared.keys()].filter((one) => !exported.has(one) && body.match(`\\b${one}\\b`))
      : [],
  )
  expect(new Set(nameless)).toEqual(new Set())
})
