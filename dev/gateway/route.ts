import type { Api, RouteDefinition } from './api.ts'

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string }

export interface Route {
  /** `GET /patients/{id}`, `$default`, or a WebSocket route key. */
  readonly key: string
  readonly method: string
  /** The resource path with its variables, `/patients/{id}`. */
  readonly template: string
  readonly segments: readonly Segment[]
  readonly guarded: boolean
  readonly respond: boolean
}

export interface RouteMatch {
  readonly route: Route
  /** As found in the routed path; decoding them is the event builder's business. */
  readonly parameters: Readonly<Record<string, string>>
}

const RANK = { literal: 0, parameter: 1, greedy: 2 } as const

const split = (path: string): readonly string[] => path.slice(1).split('/')

const parseSegment = (text: string): Segment => {
  const name = /^\{(?<name>[^{}+]+)\+?\}$/u.exec(text)?.groups?.['name']
  if (name === undefined) return { kind: 'literal', text }
  return { kind: text.endsWith('+}') ? 'greedy' : 'parameter', name }
}

const parseKey = (family: Api['family'], key: string): Pick<Route, 'method' | 'template'> => {
  if (family === 'websocket') return { method: '', template: '' }
  if (family === 'http' && key === '$default') return { method: 'ANY', template: '' }
  const found = /^(?<method>[A-Z]+) (?<template>\/\S*)$/u.exec(key)?.groups
  if (!found?.['method'] || !found['template']) {
    throw new Error(`gateway: route must be "METHOD /path", not "${key}"`)
  }
  return { method: found['method'], template: found['template'] }
}

export const parseRoute = (family: Api['family'], definition: string | RouteDefinition): Route => {
  const { key, authorizer, respond }: RouteDefinition =
    typeof definition === 'string' ? { key: definition } : definition
  const { method, template } = parseKey(family, key)
  const segments = template === '' ? [] : split(template).map(parseSegment)
  if (segments.slice(0, -1).some((segment) => segment.kind === 'greedy')) {
    throw new Error(`gateway: a greedy variable must come last, not as in "${key}"`)
  }
  return {
    key,
    method,
    template,
    segments,
    guarded: authorizer !== 'none',
    respond: respond ?? false,
  }
}

/**
 * A greedy variable takes the rest. On an HTTP API the rest may be the empty segment after a slash
 * (CAPTURE: a payload 2.0 authorizer event of `ANY /{proxy+}` with `"proxy": ""`); a REST resource
 * `/{proxy+}` does not serve its parent.
 */
const takesRest = (family: Api['family'], rest: readonly string[]): boolean =>
  family === 'http' ? rest.length > 0 : rest.some((part) => part !== '')

const matchSegments = (
  family: Api['family'],
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | null => {
  const parameters: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const rest = parts.slice(index)
    if (segment.kind === 'greedy') {
      return takesRest(family, rest) ? { ...parameters, [segment.name]: rest.join('/') } : null
    }
    const part = rest[0]
    if (part === undefined) return null
    if (segment.kind === 'literal' && segment.text !== part) return null
    if (segment.kind === 'parameter') {
      if (part === '') return null
      parameters[segment.name] = part
    }
  }
  return segments.length === parts.length ? parameters : null
}

/** Literal before variable before greedy, segment by segment; then the method before `ANY`. */
const compareRoutes = (left: Route, right: Route): number => {
  for (const [index, segment] of left.segments.entries()) {
    const other = right.segments[index]
    const difference = RANK[segment.kind] - (other ? RANK[other.kind] : RANK.greedy)
    if (difference !== 0) return difference
  }
  return Number(left.method === 'ANY') - Number(right.method === 'ANY')
}

const pathParts = (api: Api, path: string): readonly string[] => {
  const parts = split(path)
  const slash = parts.length > 1 && parts.at(-1) === ''
  return slash && api.trailingSlash === 'ignored' ? parts.slice(0, -1) : parts
}

const answers = (route: Route, method: string): boolean =>
  route.method === method || route.method === 'ANY'

/**
 * HTTP API (AG-ROUTE): the most specific route for method and path, then `$default`. REST: the most
 * specific resource first; when that has no such method the answer is 403, `{proxy+}` is not tried.
 */
export const matchRoute = (api: Api, method: string, path: string): RouteMatch | null => {
  const parts = pathParts(api, path)
  const matches = api.routes
    .filter((route) => route.template !== '')
    .map((route) => ({ route, parameters: matchSegments(api.family, route.segments, parts) }))
    .filter((match): match is RouteMatch => match.parameters !== null)
    .sort((left, right) => compareRoutes(left.route, right.route))
  const template = matches[0]?.route.template
  const found = matches.find(
    ({ route }) => answers(route, method) && (api.family === 'http' || route.template === template),
  )
  if (found) return found
  const fallback = api.routes.find((route) => api.family === 'http' && route.key === '$default')
  return fallback ? { route: fallback, parameters: {} } : null
}

export const findRoute = (api: Api, key: string): Route | undefined =>
  api.routes.find((route) => route.key === key)
