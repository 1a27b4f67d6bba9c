import type { ApiDefinition } from '../../dev/gateway/api.ts'
import { ofType, type Properties, type Resources } from './template.ts'

/**
 * What a packaged template (as `render` wrote it) tells API Gateway to make, in the words of our model
 * of it: one API for each authorizer, because that is what the model knows.
 */
export function describeApis(resources: Resources): Readonly<Record<string, ApiDefinition>> {
  const rest = Object.entries(ofType(resources, 'AWS::ApiGateway::Authorizer')).map(
    ([name, authorizer]) => [name, describeRest(resources, name, authorizer)] as const,
  )
  const others = Object.entries(ofType(resources, 'AWS::ApiGatewayV2::Authorizer')).map(
    ([name, authorizer]) => [name, describeV2(resources, authorizer)] as const,
  )
  return Object.fromEntries([...rest, ...others])
}

function describeRest(resources: Resources, name: string, authorizer: Properties): ApiDefinition {
  const [deployment] = Object.values(ofType(resources, 'AWS::ApiGateway::Deployment'))
  const responses = Object.values(ofType(resources, 'AWS::ApiGateway::GatewayResponse'))
  return {
    kind: authorizer['Type'] === 'TOKEN' ? 'rest-token' : 'rest-request',
    stage: String(deployment?.['StageName']),
    routes: Object.values(ofType(resources, 'AWS::ApiGateway::Method'))
      .filter(({ AuthorizerId }) => AuthorizerId === `<${name}>`)
      .map((method) => `${String(method['HttpMethod'])} ${pathOf(resources, method)}`),
    authorizer: {
      identitySources: String(authorizer['IdentitySource']).split(','),
      resultTtlSeconds: Number(authorizer['AuthorizerResultTtlInSeconds']),
    },
    gatewayResponses: Object.fromEntries(
      responses.map(({ ResponseType, ResponseParameters }) => [
        String(ResponseType),
        { responseParameters: ResponseParameters as Record<string, string> },
      ]),
    ),
  }
}

/** Each resource knows its own part and its parent; the root is an attribute of the API. */
function pathOf(resources: Resources, { ResourceId }: Properties): string {
  const resource = resources[String(ResourceId).slice(1, -1)]
  if (!resource) return ''
  const { ParentId, PathPart } = resource.Properties
  return `${pathOf(resources, { ResourceId: ParentId })}/${String(PathPart)}`
}

function describeV2(resources: Resources, authorizer: Properties): ApiDefinition {
  const isWebSocket = authorizer['AuthorizerPayloadFormatVersion'] === undefined
  const routes = Object.values(ofType(resources, 'AWS::ApiGatewayV2::Route'))
    .filter(({ ApiId }) => ApiId === authorizer['ApiId'])
    .map((route) => ({
      key: String(route['RouteKey']),
      respond: route['RouteResponseSelectionExpression'] !== undefined,
    }))
  const identitySources = authorizer['IdentitySource'] as string[]
  if (isWebSocket) return { kind: 'websocket', routes, authorizer: { identitySources } }
  return {
    kind: 'http-2.0',
    routes,
    authorizer: {
      identitySources,
      resultTtlSeconds: Number(authorizer['AuthorizerResultTtlInSeconds']),
      simpleResponses: authorizer['EnableSimpleResponses'] === true,
    },
  }
}
