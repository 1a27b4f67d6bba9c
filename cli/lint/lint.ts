/**
 * A deployment beside the configuration it was made for: what would be unsafe or broken, each with
 * its line and the mend. It reads files, not accounts: what a console, a plugin, another stack or
 * a variable of the environment decides is unknown, and of what is unknown nothing is said.
 */
import type { Config } from '../../shared/config/types.ts'
import { createRules } from '../../shared/policy/rules.ts'
import type { Api, Deployment } from './deployment.ts'
import type { Finding, Place } from './finding.ts'
import { readJsonc } from './jsonc.ts'
import { CACHING } from './rules/caching.ts'
import { FUNCTIONS } from './rules/functions.ts'
import { IDENTITY } from './rules/identity.ts'
import { RESPONSES } from './rules/responses.ts'
import { ROUTES } from './rules/routes.ts'
import { TABLE } from './rules/table.ts'
import { WORKER } from './rules/worker.ts'
import { readServerless } from './serverless.ts'
import type { Rule, Subject } from './subject.ts'
import { createSurface } from './surface.ts'
import { readTemplate } from './template.ts'
import { readToml } from './toml.ts'
import { entriesOf, get, textOf } from './tree.ts'
import type { Tree, Unreadable } from './tree.ts'
import { readYaml } from './yaml.ts'

export interface DeploymentFile {
  /** As findings will call it; its ending says how it is read. */
  readonly name: string
  readonly text: string
}

/** Rules of API Gateway deployments, in the order of their findings for one line. */
export const GATEWAY_RULES: readonly Rule<Subject>[] = [
  ...CACHING,
  ...IDENTITY,
  ...ROUTES,
  ...RESPONSES,
  ...FUNCTIONS,
  ...TABLE,
]

/** `config`: one that `readConfig` has accepted. Findings in the order of files, then of lines. */
export function lintDeployment(input: {
  readonly config: Config
  readonly files: readonly DeploymentFile[]
}): readonly Finding[] {
  const rules = createRules(input.config)
  const hasWorker = input.files.some(({ name }) => isWorker(name))
  return input.files.flatMap(({ name, text }) => {
    if (PROGRAM.test(name)) return [describeProgram(name)]
    const tree = readFile(name, text)
    const findings = [...lintFile(name, tree, { config: input.config, rules, hasWorker })]
    return findings.sort((one, other) => one.line - other.line)
  })
}

/** osls runs it to know what it says. */
const PROGRAM = /\.[cm]?[jt]s$/

const describeProgram = (file: string): Finding => ({
  rule: 'file-unexpanded',
  severity: 'warning',
  file,
  line: 1,
  message: 'The file is a program that osls runs, so the lint could not check it',
  mend: 'Run `sls package`, and lint `.serverless/cloudformation-template-update-stack.json` instead.',
})

function readFile(name: string, text: string): Tree | Unreadable {
  if (name.endsWith('.toml')) return readToml(text)
  return /\.jsonc?$/.test(name) ? readJsonc(text) : readYaml(text)
}

/** A template of CloudFormation may be JSON as well, so there the name decides. */
const isWorker = (name: string): boolean =>
  /\.(?:toml|jsonc)$|(?:^|[/\\])wrangler[^/\\]*\.json$/.test(name)

type Given = Pick<Subject, 'config' | 'rules' | 'hasWorker'>

function* lintFile(file: string, tree: Tree | Unreadable, given: Given): Generator<Finding> {
  if (tree.kind === 'unreadable') {
    const message = `It cannot be read: ${tree.message}`
    const { line } = tree
    yield complain(
      'file-unreadable',
      { file, line },
      { message, mend: 'Correct the file at this line.' },
    )
  } else if (isWorker(file)) {
    yield* apply(WORKER, { file, root: tree })
  } else if (get(tree, 'Resources')) {
    yield* findUnexpanded(file, tree)
    yield* apply(GATEWAY_RULES, subjectOf(readTemplate(file, tree), given))
  } else if (get(tree, 'provider') ?? get(tree, 'service')) {
    yield* apply(GATEWAY_RULES, subjectOf(readServerless(file, tree), given))
  } else {
    yield complain('file-unknown', { file, line: 1 }, UNKNOWN)
  }
}

/** SAM: CloudFormation makes the resources that the rules know, and not before it deploys. */
function* findUnexpanded(file: string, template: Tree): Generator<Finding> {
  for (const [, resource] of entriesOf(get(template, 'Resources'))) {
    const type = textOf(get(resource, 'Type'))
    if (!type?.startsWith('AWS::Serverless::')) continue
    yield {
      rule: 'file-unexpanded',
      severity: 'warning',
      file,
      line: resource.line,
      message: `\`${type}\` is expanded only when it is deployed, so the lint could not check it`,
      mend: 'Lint the output of `aws cloudformation get-template --template-stage Processed --query TemplateBody --stack-name NAME` instead.',
    }
    return
  }
}

const UNKNOWN = {
  message: 'This is no deployment file that the lint knows',
  mend: 'Give it a serverless.yml, a CloudFormation template, a wrangler.jsonc or a wrangler.toml.',
}

const complain = (
  rule: string,
  place: Place,
  { message, mend }: Pick<Finding, 'message' | 'mend'>,
): Finding => ({ rule, severity: 'error', ...place, message, mend })

function subjectOf(deployment: Deployment, { rules, ...given }: Given): Subject {
  const surfaces = new Map(deployment.apis.map((api) => [api, createSurface(rules, api)] as const))
  const surfaceOf = (api: Api) => surfaces.get(api) ?? createSurface(rules, api)
  return { ...given, rules, deployment, surfaceOf }
}

function* apply<S>(rules: readonly Rule<S>[], subject: S): Generator<Finding> {
  for (const { name, severity, find } of rules) {
    for (const { place, message, mend } of find(subject)) {
      yield { rule: name, severity, ...place, message, mend }
    }
  }
}
