/** The Lambda function that a template speaks of. */
import { ofType } from './resources.ts'
import type { Resources } from './resources.ts'
import { get, referenceOf, walk } from './tree.ts'
import type { Tree } from './tree.ts'

/** The function that an authorizer's URI speaks of, somewhere inside its `Fn::Join` or `Fn::Sub`. */
export function functionIn(uri: Tree | undefined, resources: Resources): string | undefined {
  const texts = uri ? [...walk(uri)].map((part) => referenceOf(part) ?? writtenText(part)) : []
  const [, found] =
    targetsOf(resources).find(([name]) =>
      texts.some(
        (text) =>
          text === name || text?.includes(`\${${name}}`) || text?.includes(`\${${name}.Arn}`),
      ),
    ) ?? []
  return found
}

/** Functions, and what points to one: SAM calls an alias where there is one. */
const targetsOf = (resources: Resources): readonly (readonly [string, string | undefined])[] => [
  ...ofType(resources, 'AWS::Lambda::Function').map(([name]) => [name, name] as const),
  ...['Alias', 'Version'].flatMap((type) =>
    ofType(resources, `AWS::Lambda::${type}`).map(
      ([name, resource]) =>
        [name, referenceOf(get(resource, 'Properties', 'FunctionName'))] as const,
    ),
  ),
]

const writtenText = (tree: Tree): string | undefined =>
  tree.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : undefined
