/** CloudFormation resources that mean the same wherever they stand. */
import type { GatewayResponse, LambdaFunction, Table } from './deployment.ts'
import { asText, readSetting, unset } from './setting.ts'
import { entriesOf, get, isUnknown, itemsOf, referenceOf, textOf, walk } from './tree.ts'
import type { Tree } from './tree.ts'

export type Resources = readonly (readonly [logicalId: string, resource: Tree])[]

export const ofType = (resources: Resources, type: string): Resources =>
  resources.filter(([, resource]) => textOf(get(resource, 'Type')) === type)

/** As it is written: two equal variables are two equal names. */
export const writtenOf = (tree: Tree | undefined): string | undefined =>
  tree?.kind === 'unknown' ? tree.text : textOf(tree)

export function readTables(resources: Resources): readonly Table[] {
  return ofType(resources, 'AWS::DynamoDB::Table').map(([logicalId, resource]) => {
    const properties = get(resource, 'Properties')
    const ttl = get(properties, 'TimeToLiveSpecification')
    const isOff = textOf(get(ttl, 'Enabled')) === 'false'
    return {
      logicalId,
      name: writtenOf(get(properties, 'TableName')),
      line: resource.line,
      key: readKey(properties),
      ttlAttribute: isOff
        ? unset(ttl?.line ?? resource.line)
        : readSetting(get(ttl, 'AttributeName'), ttl?.line ?? resource.line, asText),
    }
  })
}

function readKey(properties: Tree | undefined): string | undefined {
  const types = itemsOf(get(properties, 'AttributeDefinitions'))
  const keys = itemsOf(get(properties, 'KeySchema'))
  if ([...types, ...keys].some((item) => [...walk(item)].some(isUnknown))) return undefined
  const nameOf = (item: Tree | undefined) => textOf(get(item, 'AttributeName'))
  const parts = keys.map((key) => {
    const definition = types.find((item) => nameOf(item) === nameOf(key))
    const type = definition && textOf(get(definition, 'AttributeType'))
    return [nameOf(key), type, textOf(get(key, 'KeyType'))].join(' ')
  })
  return parts.join(', ')
}

const HEADER = /^gatewayresponse\.header\./i

export function readGatewayResponses(
  resources: Resources,
  isInTime: (logicalId: string) => boolean,
): readonly GatewayResponse[] {
  return ofType(resources, 'AWS::ApiGateway::GatewayResponse').map(([logicalId, resource]) => {
    const properties = get(resource, 'Properties')
    const type = textOf(get(properties, 'ResponseType')) ?? ''
    return readGatewayResponse(
      { type, line: resource.line, isInTime: isInTime(logicalId) },
      get(properties, 'StatusCode'),
      get(properties, 'ResponseParameters'),
    )
  })
}

export function readGatewayResponse(
  response: Pick<GatewayResponse, 'type' | 'line' | 'isInTime'>,
  statusCode: Tree | undefined,
  parameters: Tree | undefined,
): GatewayResponse {
  const headers = entriesOf(parameters).flatMap(([name, value]) =>
    HEADER.test(name)
      ? [[name.replace(HEADER, '').toLowerCase(), writtenOf(value) ?? ''] as const]
      : [],
  )
  return {
    ...response,
    statusCode: readSetting(statusCode, response.line, asText),
    headers: isUnknown(parameters) ? undefined : new Map(headers),
  }
}

/** Logical ids that a resource waits for. */
export const dependenciesOf = (resource: Tree | undefined): readonly string[] =>
  itemsOf(get(resource, 'DependsOn')).flatMap((item) => textOf(item) ?? [])

/** Undefined: managed policies, or another file, may say more. */
export function readStatements(
  role: string | undefined,
  resources: Resources,
): LambdaFunction['statements'] {
  const [, resource] = resources.find(([logicalId]) => logicalId === role) ?? []
  const properties = get(resource, 'Properties')
  if (!properties || get(properties, 'ManagedPolicyArns')) return undefined
  const inline = itemsOf(get(properties, 'Policies')).map((policy) => get(policy, 'PolicyDocument'))
  const attached = ofType(resources, 'AWS::IAM::Policy')
    .filter(([, policy]) =>
      itemsOf(get(policy, 'Properties', 'Roles')).some((item) => referenceOf(item) === role),
    )
    .map(([, policy]) => get(policy, 'Properties', 'PolicyDocument'))
  return [...inline, ...attached].flatMap((document) => itemsOf(get(document, 'Statement')))
}
