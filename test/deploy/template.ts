import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Project } from './project.ts'

export interface Resource {
  readonly Type: string
  readonly Properties: Properties
  readonly DependsOn?: string | readonly string[]
}

export type Properties = Readonly<Record<string, unknown>>
export type Resources = Readonly<Record<string, Resource>>

/** The template that `sls package` wrote, as it stands. */
export async function readTemplate(project: Project, folder: string): Promise<Resources> {
  const file = join(project.root, folder, 'cloudformation-template-update-stack.json')
  const { Resources } = JSON.parse(await readFile(file, 'utf8')) as { Resources: Resources }
  return Resources
}

/** Intrinsic functions as text: `{ Ref: 'HttpApi' }` is `<HttpApi>`, an attribute `<KeyTable.Arn>`. */
export function render(resources: Resources): Resources {
  return renderValue(resources) as Resources
}

function renderValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renderValue)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value)
  const [[name, argument] = []] = members
  const write = members.length === 1 && name !== undefined ? INTRINSIC[name] : undefined
  if (write) return write(argument)
  return Object.fromEntries(members.map(([key, member]) => [key, renderValue(member)]))
}

const INTRINSIC: Readonly<Record<string, (argument: unknown) => string>> = {
  Ref: (name) => `<${String(name)}>`,
  'Fn::GetAtt': (path) => `<${[path].flat().join('.')}>`,
  'Fn::Sub': (text) => String(text).replaceAll(/\$\{([^}]+)\}/g, '<$1>'),
  'Fn::Join': (argument) => {
    const [separator, parts] = argument as [string, unknown[]]
    return parts.map(renderValue).join(separator)
  },
}

export function ofType(resources: Resources, type: string): Record<string, Properties> {
  const found = Object.entries(resources).filter(([, resource]) => resource.Type === type)
  return Object.fromEntries(found.map(([name, { Properties }]) => [name, Properties]))
}

/**
 * An order in which CloudFormation could create all of it. Throws where a name leads nowhere, or in
 * a circle.
 */
export function orderOf(resources: Resources): readonly string[] {
  const done = new Set<string>()
  const create = (name: string, path: readonly string[]): void => {
    if (done.has(name)) return
    if (path.includes(name)) throw new Error(`circular: ${[...path, name].join(' → ')}`)
    const resource = resources[name]
    if (!resource) throw new Error(`${path.at(-1) ?? ''} names ${name}, which is not there`)
    for (const needed of needsOf(resource)) create(needed, [...path, name])
    done.add(name)
  }
  for (const name of Object.keys(resources)) create(name, [])
  return [...done]
}

/** Of a resource as `render` wrote it. */
function needsOf({ Properties, DependsOn = [] }: Resource): readonly string[] {
  const named = JSON.stringify(Properties ?? {}).matchAll(/<([A-Za-z0-9]+)(?:\.[A-Za-z]+)?>/g)
  return [...[DependsOn].flat(), ...[...named].flatMap(([, name]) => name ?? [])]
}
