/**
 * `npm run docs`: writes the reference of docs/configuration.md from the documented types, which the
 * compiler holds to the schema. What stands outside the markers is written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { format } from 'prettier'
import { readTypes, TYPES, type Documented, type Option } from './documented.ts'

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
  const types = readTypes()
  const page = readFileSync(PAGE, 'utf8')
  const [start, end] = MARKERS.map((marker) => page.indexOf(marker))
  if (!start || !end || start < 0 || end < start) throw new Error(`${PAGE} has lost its markers`)
  const reference = PLACES.map(([type, place]) => renderPlace(types, type, place)).join('\n\n')
  const [before, after] = [page.slice(0, start), page.slice(end)]
  const text = `${before}${MARKERS[0]}\n\n${reference}\n\n${after}`
  return format(text, { parser: 'markdown', semi: false, singleQuote: true, printWidth: 100 })
}

if (import.meta.main) writeFileSync(PAGE, await renderConfiguration())
