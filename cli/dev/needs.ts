/** What `dev` runs with beside the package: optional, since nothing else uses it. */
import { readFileSync } from 'node:fs'
import * as module from 'node:module'
import { memberOf, parseJson } from '../../shared/json.ts'

/** As in package.json. The latest miniflare by npm's word is a 4, which takes other options. */
export const NEEDS = {
  miniflare: '^5.20261117.0-beta',
  'oidc-provider': '^9.13.3',
  ws: '^8.23.0',
} as const

export const INSTALL = `npm install --save-dev ${Object.entries(NEEDS)
  .map((pair) => pair.join('@'))
  .join(' ')}`

/** Which of them is there as another major version, such as a miniflare that wrangler brought. */
export function findForeign(): string | null {
  for (const [name, range] of Object.entries(NEEDS)) {
    const version = versionOf(name)
    if (version !== null && majorOf(version) !== majorOf(range)) {
      return `\`dev\` needs ${name} ${range}; installed is ${version}.`
    }
  }
  return null
}

const majorOf = (version: string): string | undefined => /\d+/.exec(version)?.[0]

/** null: not installed, or on a Node older than 22.14 not to be found out. */
function versionOf(name: string): string | null {
  try {
    const path = module.findPackageJSON(name, import.meta.url)
    const manifest = path === undefined ? undefined : parseJson(readFileSync(path, 'utf8'))
    const version = memberOf(manifest, 'version')
    return typeof version === 'string' ? version : null
  } catch {
    return null
  }
}
