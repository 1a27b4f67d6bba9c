/**
 * `npm run docs`: writes the reference of docs/configuration.md from the documented types, which the
 * compiler holds to the schema. What stands outside the markers is written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { format } from 'prettier'

const TYPES = 'shared/config/types.ts'
const PAGE = 'docs/configuration.md'
const MARKERS = ['<!-- reference: npm run docs -->', '<!-- end of reference -->'] as const

/** Where each type stands in a configuration, in the order in which a reader wants them. */
const PLACES: readonly (readonly [type: string, place: string])[] = [
  ['Config', 'The configuration'],
  ['Issuer', '`issuers[]`'],
  ['Introspect', '`issuers[].opaque.introspect`'],
  ['Userinfo', '`issuers[].opaque.userinfo`'],
  ['RoutePolicy', '`routes["METHOD /path"]`'],
  ['KeysConfig', '`keys`'],
  ['ApiGatewayConfig', '`apiGateway`'],
]

interface Option {
  readonly name: string
  readonly isRequired: boolean
  readonly type: string
  readonly meaning: string
}

interface Documented {
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

function readTypes(source: string): ReadonlyMap<string, Documented> {
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

const escape = (text: string): string => text.replaceAll('|', String.raw`\|`)

const renderOption = ({ name, isRequired, type, meaning }: Option): string =>
  `| \`${name}\`${isRequired ? ', required' : ''} | \`${escape(type)}\` | ${escape(meaning)} |`

function renderPlace(types: ReadonlyMap<string, Documented>, type: string, place: string): string {
  const documented = types.get(type)
  if (!documented) throw new Error(`${TYPES} has no interface ${type}`)
  const silent = documented.options.find(({ meaning }) => meaning === '')
  if (silent) throw new Error(`${TYPES}: ${type}.${silent.name} has no documentation`)
  const rows = documented.options.map(renderOption)
  const head = ['| option | value | meaning |', '| --- | --- | --- |']
  return [`### ${place}`, '', documented.meaning, '', ...head, ...rows].join('\n')
}

/** The page as it should be. */
export function renderConfiguration(): Promise<string> {
  const types = readTypes(readFileSync(TYPES, 'utf8'))
  const page = readFileSync(PAGE, 'utf8')
  const [start, end] = MARKERS.map((marker) => page.indexOf(marker))
  if (!start || !end || start < 0 || end < start) throw new Error(`${PAGE} has lost its markers`)
  const reference = PLACES.map(([type, place]) => renderPlace(types, type, place)).join('\n\n')
  const [before, after] = [page.slice(0, start), page.slice(end)]
  const text = `${before}${MARKERS[0]}\n\n${reference}\n\n${after}`
  return format(text, { parser: 'markdown', semi: false, singleQuote: true, printWidth: 100 })
}

if (import.meta.main) writeFileSync(PAGE, await renderConfiguration())
