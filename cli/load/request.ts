/** The request that a user describes: a method, a path or an address, header lines. */
import { CONNECT } from '../../shared/policy/pattern.ts'
import type { AuthRequest } from '../../shared/types.ts'
import { CliFault } from '../fault.ts'
import { printable, shorten } from '../printable.ts'

const METHOD = /^[A-Za-z][A-Za-z-]*$/
/** RFC 9110 §5.1. */
const HEADER = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/s

export const isMethod = (word: string): boolean => METHOD.test(word)

export function readTarget(method: string, target: string): AuthRequest {
  if (!isMethod(method)) {
    throw new CliFault(
      `"${shorten(printable(method), 40)}" is no method.`,
      'Write, for example: edge-authorizer explain - GET /patients',
    )
  }
  const { origin, rest } = splitTarget(target)
  const [path = '', ...query] = rest.split('?')
  return {
    method: method.toUpperCase(),
    path,
    ...(query.length > 0 && { query: query.join('?') }),
    headers: {},
    ...(origin && { origin }),
    ...(path === CONNECT && { webSocket: true }),
  }
}

function splitTarget(target: string): { readonly origin: string; readonly rest: string } {
  const [, origin = '', rest = ''] = /^(https?:\/\/[^/?#]+)?([^#]*)/i.exec(target) ?? []
  if (rest.startsWith('/') || rest === CONNECT) return { origin, rest }
  if (origin !== '') return { origin, rest: `/${rest}` }
  throw new CliFault(
    `"${shorten(printable(target), 60)}" is no path.`,
    `Begin it with a slash, or write '${CONNECT}' in single quotes.`,
  )
}

/** `Name: value`, as often as one likes. */
export function readHeaderLines(lines: readonly string[]): AuthRequest['headers'] {
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const [, name, value = ''] = HEADER.exec(line) ?? []
    if (name === undefined) {
      throw new CliFault('--header needs "Name: value".', 'Put it in quotes, with a colon.')
    }
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value])
  }
  return Object.fromEntries(headers)
}
