import type { Api } from './api.ts'
import type { Call } from './call.ts'
import { allHeaders, lastHeader } from './headers.ts'
import { readQuery } from './query.ts'

type Place = 'header' | 'querystring' | 'context' | 'stageVariables'

export interface IdentitySource {
  readonly place: Place
  readonly name: string
}

const PREFIXES: Record<Api['family'], Record<Place, string>> = {
  rest: {
    header: 'method.request.header.',
    querystring: 'method.request.querystring.',
    context: 'context.',
    stageVariables: 'stageVariables.',
  },
  http: {
    header: '$request.header.',
    querystring: '$request.querystring.',
    context: '$context.',
    stageVariables: '$stageVariables.',
  },
  websocket: {
    header: 'route.request.header.',
    querystring: 'route.request.querystring.',
    context: 'context.',
    stageVariables: 'stageVariables.',
  },
}

const PLACES: readonly Place[] = ['header', 'querystring', 'stageVariables', 'context']

/** UNVERIFIED which names the service honours; `routeKey` is documented (AG-HTTP). */
const CONTEXT: Readonly<Record<string, (call: Call) => string>> = {
  apiId: ({ api }) => api.apiId,
  domainName: ({ api }) => api.domainName,
  httpMethod: ({ request }) => request.method,
  'identity.sourceIp': ({ request }) => request.sourceIp,
  'identity.userAgent': ({ request }) => lastHeader(request.headers, 'user-agent') ?? '',
  path: ({ path }) => path.context,
  protocol: ({ request }) => request.protocol,
  resourcePath: ({ route }) => route.template,
  routeKey: ({ route }) => route.key,
  stage: ({ api }) => api.stage,
}

/** Throws on an expression that this kind of API does not have, path parameters among them. */
export const parseIdentitySource = (family: Api['family'], expression: string): IdentitySource => {
  const place = PLACES.find((candidate) => expression.startsWith(PREFIXES[family][candidate]))
  const name = place === undefined ? '' : expression.slice(PREFIXES[family][place].length)
  if (
    place === undefined ||
    name === '' ||
    (place === 'context' && !Object.hasOwn(CONTEXT, name))
  ) {
    throw new Error(`gateway: not an identity source of this kind of API: ${expression}`)
  }
  return { place, name }
}

/** REST and WebSocket keep the last of repeated values, HTTP APIs join them with commas. */
const pick = (family: Api['family'], values: readonly string[]): string | undefined => {
  if (family === 'http') return values.length === 0 ? undefined : values.join(',')
  return values.at(-1)
}

const READERS: Record<Place, (call: Call, name: string) => string | undefined> = {
  header: ({ api, request }, name) => pick(api.family, allHeaders(request.headers, name)),
  querystring: ({ api, request }, name) =>
    pick(api.family, readQuery(request.query).get(name) ?? []),
  context: (call, name) => CONTEXT[name]?.(call),
  stageVariables: ({ api }, name) => api.stageVariables[name],
}

/** The values in the order of the sources; undefined where one is missing or empty. */
export const readIdentity = (
  call: Call,
  sources: readonly IdentitySource[],
): readonly (string | undefined)[] =>
  sources.map(({ place, name }) => READERS[place](call, name) || undefined)

/** `sources` all present: the values that events carry and that key the cache. */
export const presentValues = (
  values: readonly (string | undefined)[],
): readonly string[] | undefined =>
  values.every((value) => value !== undefined) ? values : undefined
