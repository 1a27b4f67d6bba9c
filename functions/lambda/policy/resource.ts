/** A unit as resources of a policy, behind the stage: `GET/users/?*`. */
import type { Part, Unit } from './unit.ts'

const WILD = '?*'

/**
 * Every spelling the ARN of a request may have: segments decoded and percent-encoded, with and
 * without one trailing slash. No text in it holds a wildcard: patterns cannot, bound values do not.
 */
export function writeResources({ method, parts }: Unit): readonly string[] {
  const paths = [parts.map(decoded), parts.map(encoded)].map((texts) => `/${texts.join('/')}`)
  const last = parts.at(-1)
  const spellings = last && 'text' in last ? paths.flatMap(withSlash) : paths
  return [...new Set(spellings)].map((path) => method + path)
}

const withSlash = (path: string): readonly string[] => [path, `${path}/`]

const decoded = (part: Part): string => ('text' in part ? part.text : WILD)

const encoded = (part: Part): string => ('text' in part ? encodeURIComponent(part.text) : WILD)
