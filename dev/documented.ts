/** What the documented types say of each option: for the reference, and for editors. */
import { readFileSync } from 'node:fs'

export const TYPES = 'shared/config/types.ts'

export interface Option {
  readonly name: string
  readonly isRequired: boolean
  readonly type: string
  readonly meaning: string
}

export interface Documented {
  readonly meaning: string
  readonly options: readonly Option[]
}

const INTERFACE = /((?:\/\*\*(?:(?!\*\/)[^])*\*\/\n)?)export interface (\w+) \{\n([^]*?)\n\}/g
const MEMBER =
  / {2}(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\n {2})?readonly ([\w$]+)(\??):([^]*?)(?=\n {2}(?:\/\*\*|readonly )|$)/g

const unfold = (text: string): string =>
  text
    .replace(/^\s*\/?\*+\/?/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/\*\/\s*$/, '')
    .trim()

export function readTypes(): ReadonlyMap<string, Documented> {
  const source = readFileSync(TYPES, 'utf8')
  const found = [...source.matchAll(INTERFACE)].map(([, doc = '', name = '', body = '']) => {
    const options = [...body.matchAll(MEMBER)].map(
      ([, meaning = '', name = '', mark, type = '']) => ({
        name,
        isRequired: mark === '',
        type: unfold(type).replaceAll('readonly ', ''),
        meaning: unfold(meaning),
      }),
    )
    return [name, { meaning: unfold(doc), options }] as const
  })
  return new Map(found)
}
