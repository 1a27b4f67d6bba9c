/** The types that a user can name. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Of each part of the library, where its types are declared. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'shared/index': ['shared/config/types', 'shared/ports', 'shared/types'],
  'functions/lambda/library': ['authorizer', 'event', 'respond', 'stores'].map(
    (name) => `functions/lambda/${name}`,
  ),
  'functions/worker/library': ['environment', 'guard', 'stores'].map(
    (name) => `functions/worker/${name}`,
  ),
}

/** By name, what is written of it up to the next one. */
const readDeclared = (file: string): readonly (readonly [string, string])[] =>
  readFileSync(`${file}.ts`, 'utf8')
    .replaceAll(/\/\*\*[^]*?\*\/|\/\/.*/g, '')
    .split(/^export (?:type|interface) /m)
    .slice(1)
    .map((part) => [/^\w+/.exec(part)?.[0] ?? '', part.split(/^(?:export|const) /m)[0] ?? ''])

test.each(Object.entries(PARTS))('whatever a type of %s is made of can be named', (part, files) => {
  // Otherwise a project with `declaration` cannot write down what it infers of one (TS2742).
  const exported = new Set(readFileSync(`${part}.ts`, 'utf8').match(/\w+/g))
  const declared = new Map(files.flatMap(readDeclared))
  const nameless = [...declared].flatMap(([name, body]) =>
    exported.has(name)
      ? [...declared.keys()].filter((one) => !exported.has(one) && body.match(`\\b${one}\\b`))
      : [],
  )
  expect(new Set(nameless)).toEqual(new Set())
})
