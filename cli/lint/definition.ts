/**
 * The OpenAPI description that an API is made of: `Body`, which is also where CloudFormation puts what
 * SAM's `AWS::Serverless::Api` and `HttpApi` say. What stands under `Fn::If`, or in another file, is unknown.
 */
import type { Api, Authorizer, DeclaredRoute, GatewayResponse, Route } from './deployment.ts'
import { readGatewayResponse } from './resources.ts'
import {
  asBoolean,
  asList,
  asNumber,
  asText,
  asVersion,
  readSetting,
  withDefault,
} from './setting.ts'
import { entriesOf, get, isUnknown, itemsOf, textOf } from './tree.ts'
import type { Tree } from './tree.ts'

export interface Definition {
  readonly authorizers: readonly Authorizer[]
  readonly routes: readonly DeclaredRoute[]
  readonly gatewayResponses: readonly GatewayResponse[]
  readonly apiKeySource: Tree | undefined
  readonly isDefaultEndpointOff: Tree | undefined
  readonly isComplete: boolean
}

interface Reading {
  readonly body: Tree | undefined
  readonly kind: Api['kind']
  readonly schemes: Tree | undefined
  readonly authorizers: ReadonlyMap<string, Authorizer>
}

const extension = (tree: Tree | undefined, name: string, ...path: readonly string[]) =>
  get(tree, `x-amazon-apigateway-${name}`, ...path)

const ANY = 'x-amazon-apigateway-any-method'
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', ANY])

export function readDefinition(
  body: Tree | undefined,
  kind: Api['kind'],
  functionOf: (uri: Tree | undefined) => string | undefined,
): Definition {
  const schemes = get(body, 'components', 'securitySchemes') ?? get(body, 'securityDefinitions')
  const authorizers = new Map(
    entriesOf(schemes).flatMap(([name, scheme]) => readAuthorizer(name, scheme, functionOf)),
  )
  const paths = get(body, 'paths')
  const items = entriesOf(paths)
  const operations = items.flatMap(([path, item]) =>
    entriesOf(item)
      .filter(([name]) => METHODS.has(name))
      .map(([name, operation]) => ({ path, name, operation })),
  )
  const reading = { body, kind, schemes, authorizers }
  return {
    authorizers: [...authorizers.values()],
    routes: operations.map(({ path, name, operation }) => ({
      method: name === ANY ? '*' : name.toUpperCase(),
      // API Gateway writes `/$default`, SAM `$default`.
      path: textOf(get(operation, 'isDefaultRoute')) === 'true' ? '$default' : path,
      line: operation.line,
      guard: readGuard(operation, reading),
      hasCors: false,
    })),
    gatewayResponses: entriesOf(extension(body, 'gateway-responses')).map(([type, response]) =>
      readGatewayResponse(
        { type, line: response.line, isInTime: true },
        get(response, 'statusCode'),
        get(response, 'responseParameters'),
      ),
    ),
    apiKeySource: extension(body, 'api-key-source'),
    isDefaultEndpointOff: extension(body, 'endpoint-configuration', 'disableExecuteApiEndpoint'),
    isComplete: ![
      body,
      paths,
      ...items.map(([, item]) => item),
      ...operations.map(({ operation }) => operation),
    ].some(isElsewhere),
  }
}

/** `Fn::If`, `Fn::Transform`, `$ref`: which it is, and what it holds, is not said here. */
const isElsewhere = (tree: Tree | undefined): boolean =>
  isUnknown(tree) || entriesOf(tree).some(([name]) => /^(?:Fn::.*|Ref|\$ref)$/.test(name))

type Named = readonly [name: string, authorizer: Authorizer]

function readAuthorizer(
  name: string,
  scheme: Tree,
  functionOf: (uri: Tree | undefined) => string | undefined,
): readonly Named[] {
  const options = extension(scheme, 'authorizer')
  const type = textOf(get(options, 'type'))?.toLowerCase()
  if (type !== 'token' && type !== 'request') return []
  const { line } = scheme
  const setting = (option: string) => get(options, option)
  const sources = readSetting(setting('identitySource'), line, asList)
  const header = textOf(get(scheme, 'name')) ?? 'Authorization'
  const authorizer = {
    name,
    type,
    line,
    functionName: functionOf(setting('authorizerUri')),
    ttlSeconds: readSetting(setting('authorizerResultTtlInSeconds'), line, asNumber),
    identitySources: withDefault(
      sources,
      type === 'token' ? [`method.request.header.${header}`] : [],
    ),
    payloadVersion: readSetting(setting('authorizerPayloadFormatVersion'), line, asVersion),
    isSimple: readSetting(setting('enableSimpleResponses'), line, asBoolean),
    validation: readSetting(setting('identityValidationExpression'), line, asText),
  } as const
  return [[name, authorizer]]
}

/** A REST API passes over the `security` of the whole, and over schemes without an authorizer. */
function readGuard(operation: Tree, { body, kind, schemes, authorizers }: Reading): Route['guard'] {
  const own = get(operation, 'security')
  const security = own ?? (kind === 'rest' ? undefined : get(body, 'security'))
  if (extension(operation, 'auth') ?? (own ? undefined : security)) return 'other'
  const entries = itemsOf(security)
  if ([operation, schemes, ...entries].some(isElsewhere)) return 'other'
  const names = entries.flatMap(entriesOf).map(([name]) => name)
  const [ours] = names.flatMap((name) => authorizers.get(name) ?? [])
  return ours ?? (names.some((name) => isGuard(get(schemes, name), kind)) ? 'other' : 'none')
}

/** JWT, IAM, Cognito. An API key is none. */
const isGuard = (scheme: Tree | undefined, kind: Api['kind']): boolean =>
  isElsewhere(scheme) ||
  extension(scheme, 'authorizer') !== undefined ||
  extension(scheme, 'authtype') !== undefined ||
  (kind !== 'rest' && scheme !== undefined && textOf(get(scheme, 'type')) !== 'apiKey')
