/** The configuration's schema as JSON Schema: its shape only; what members mean together it cannot say. */
import { writeFile } from 'node:fs/promises'
import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema, LazySchema } from 'valibot'
import { configSchema } from '../shared/config/schema.ts'

export const writeSchema = (file: string): Promise<void> =>
  writeFile(file, `${JSON.stringify(convert(configSchema), null, 2)}\n`)

type JsonSchema = ReturnType<typeof toJsonSchema>

const convert = (schema: GenericSchema): JsonSchema =>
  toJsonSchema(schema, {
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema }) => writeForms(valibotSchema),
  })

/** Where what was written decides between two forms, JSON Schema lists both. */
function writeForms(schema: unknown): JsonSchema | undefined {
  if (!isLazy(schema)) return undefined
  const forms = new Set([[], '', true, {}].map((sample) => schema.getter(sample)))
  return { anyOf: [...forms].map((form) => ({ ...convert(form), $schema: undefined })) }
}

const isLazy = (schema: unknown): schema is LazySchema<GenericSchema> =>
  typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'lazy'
