/** The configuration's schema as JSON Schema: its shape only; what members mean together it cannot say. */
import { writeFile } from 'node:fs/promises'
import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema, LazySchema } from 'valibot'
import { configSchema } from '../shared/config/schema.ts'
import { isObject } from '../shared/json.ts'
import { readTypes } from './documented.ts'

export const writeSchema = (file: string): Promise<void> =>
  writeFile(file, `${JSON.stringify(convertConfig(), null, 2)}\n`)

type JsonSchema = ReturnType<typeof toJsonSchema>

export const convertConfig = (): JsonSchema => document(convert(configSchema))

/** What the documented types say, where an editor shows it: an object is known by its members. */
function document(schema: JsonSchema): JsonSchema {
  const types = new Map(
    [...readTypes().values()].map(({ options }) => [
      spell(options.map(({ name }) => name)),
      options.filter(({ meaning }) => meaning !== ''),
    ]),
  )
  const fill = (_: string, value: unknown): unknown => {
    const properties = isObject(value) ? value['properties'] : undefined
    if (!isObject(value) || !isObject(properties)) return value
    const told = (types.get(spell(Object.keys(properties))) ?? []).map(
      ({ name, meaning: description }) => [name, { ...Object(properties[name]), description }],
    )
    return { ...value, properties: { ...properties, ...Object.fromEntries(told) } }
  }
  return JSON.parse(JSON.stringify(schema, fill)) as JsonSchema
}

/** Options to come, which a configuration may only turn off, are in no documentation. */
const spell = (names: readonly string[]): string =>
  names
    .filter((name) => name !== 'dpop' && name !== 'mtls')
    .toSorted()
    .join(' ')

const convert = (schema: GenericSchema): JsonSchema =>
  inline(
    toJsonSchema(schema, {
      overrideSchema: ({ valibotSchema }) =>
        writeForms(valibotSchema) ?? writeLeaf(valibotSchema) ?? undefined,
    }),
  )

/** Forms are converted one by one, and a reference in one would mean the definitions of the whole. */
function inline({ $defs = {}, ...schema }: JsonSchema): JsonSchema {
  const fill = (_: string, value: unknown): unknown => {
    const reference = isObject(value) ? /^#\/\$defs\/(.+)$/.exec(String(value['$ref'])) : null
    return reference ? $defs[String(reference[1])] : value
  }
  return JSON.parse(JSON.stringify(schema, fill)) as JsonSchema
}

/** Where what was written decides between two forms, JSON Schema lists both. */
function writeForms(schema: unknown): JsonSchema | undefined {
  if (!isLazy(schema)) return undefined
  const forms = new Set(SAMPLES.map((sample) => schema.getter(sample)))
  return { anyOf: [...forms].map((form) => ({ ...convert(form), $schema: undefined })) }
}

/** One of each sort that the schema tells apart. */
const SAMPLES = [
  [],
  '',
  true,
  {},
  { userinfo: {} },
  { mode: 'off' },
  ...['facebook', 'google', 'github'].map((provider) => ({ provider })),
]

const isLazy = (schema: unknown): schema is LazySchema<GenericSchema> =>
  hasType(schema) && schema.type === 'lazy'

const hasType = (schema: unknown): schema is { type: unknown; message?: unknown } =>
  typeof schema === 'object' && schema !== null && 'type' in schema

type Leaf = readonly [kind: RegExp, write: (...found: readonly string[]) => JsonSchema]

/** A leaf says what it takes in its message; one that none of these reads fails the build. */
const LEAVES: readonly Leaf[] = [
  [/^is not supported yet/, () => ({ not: {} })],
  [/^must be true or false$/, () => ({ type: 'boolean' })],
  [
    /^must be (\d+) to (\d+)$/,
    (_, least, most) => ({ type: 'number', minimum: Number(least), maximum: Number(most) }),
  ],
  [
    /^must be text, a number, true or false$/,
    () => ({ type: ['string', 'number', 'boolean'] }) as JsonSchema,
  ],
  [/^must be text$/, () => ({ type: 'string', minLength: 1 })],
  [
    /^must be (an? .*|your API .*|letters.*|scope names|ASCII.*)$/,
    (_, description) => ({ type: 'string', minLength: 1, ...(description && { description }) }),
  ],
]

function writeLeaf(schema: unknown): JsonSchema | undefined {
  if (!hasType(schema) || schema.type !== 'custom') return undefined
  for (const [kind, write] of LEAVES) {
    const found = kind.exec(String(schema.message))
    if (found) return write(...found)
  }
  throw new Error(`no JSON Schema for: ${String(schema.message)}`)
}
