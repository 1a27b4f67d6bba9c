/**
 * `wrangler.toml` or `wrangler.jsonc`. What the dashboard decides is not in it: that a route of the free plan fails
 * open, for one.
 */
import { writeAssignment } from '../assignment.ts'
import type { Fault } from '../finding.ts'
import type { Rule } from '../subject.ts'
import { entriesOf, get, itemsOf, textOf } from '../tree.ts'
import type { Tree } from '../tree.ts'

export interface WorkerSubject {
  readonly file: string
  readonly root: Tree
}

/** From this date on Node's modules are there unless refused. */
const NODE_DATE = '2026-08-04'
const NODE_FLAGS = ['no_nodejs_compat', 'no_nodejs_compat_v2']
const ORIGIN = /^https?:\/\/[^/?#@\s\\]+\/?$/
const LOOPBACK = /^http:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::|\/|$)/
/** A host name, whole. */
const WHOLE_HOST = /^(?:https?:\/\/)?[^/]+\/\*$/
const ROUTE = { pattern: 'api.example.com/*', zone_name: 'example.com' }
const VARIABLES = ['AUTHORIZER_CONFIG', 'ISSUER', 'AUDIENCE', 'UPSTREAM_URL']

/** The top level, and each `env.<name>`. */
const scopesOf = ({ root }: WorkerSubject): readonly Tree[] => [
  root,
  ...entriesOf(get(root, 'env')).map(([, tree]) => tree),
]

const isOn = (tree: Tree | undefined): boolean => textOf(tree) === 'true'

/**
 * An `env.<name>` that says neither has what the top level says; where it says one, that replaces it whole. Flags
 * that it inherits are put right at the top level, for both.
 */
function* findNode(subject: WorkerSubject): Generator<Fault> {
  const { file, root } = subject
  for (const scope of scopesOf(subject)) {
    const flags = get(scope, 'compatibility_flags')
    const said = flags ?? get(scope, 'compatibility_date')
    const isToldAbove = scope !== root && !flags && hasNode(root, root)
    if (!said || isToldAbove || !hasNode(scope, root)) continue
    yield {
      place: { file, line: said.line },
      message:
        "Node's modules are available, but the Worker needs none of them: a dependency could start to use them",
      mend: `Set \`${writeAssignment(file, 'compatibility_flags', NODE_FLAGS)}\`.`,
    }
  }
}

function hasNode(scope: Tree, root: Tree): boolean {
  const own = (name: string) => get(scope, name) ?? get(root, name)
  const flags = itemsOf(own('compatibility_flags')).map(textOf)
  const isAsked = flags.some((flag) => flag?.startsWith('nodejs_'))
  const isRefused = NODE_FLAGS.every((flag) => flags.includes(flag))
  const isDefault = (textOf(own('compatibility_date')) ?? '') >= NODE_DATE
  return isAsked || (isDefault && !isRefused)
}

/** `exports` has a word of its own for each entrypoint; the guard is the one called `default`. */
function* findCache(subject: WorkerSubject): Generator<Fault> {
  const ofGuard = (exports: Tree | undefined) => get(exports, 'default', 'cache', 'enabled')
  for (const scope of scopesOf(subject)) {
    const said = ofGuard(get(scope, 'exports')) ?? get(scope, 'cache', 'enabled')
    const exports = get(scope, 'exports') ?? get(subject.root, 'exports')
    if (!said || !isOn(ofGuard(exports) ?? said)) continue
    yield {
      place: { file: subject.file, line: said.line },
      message:
        'Workers Cache answers before the Worker runs, so a cached response is sent without asking the guard',
      mend: 'Remove `cache`.',
    }
  }
}

/** Some paths alone are not enough: what else is in the folder goes out unasked. */
function* findAssets(subject: WorkerSubject): Generator<Fault> {
  const { file } = subject
  for (const scope of scopesOf(subject)) {
    const assets = get(scope, 'assets')
    const first = get(assets, 'run_worker_first')
    if (!assets || isOn(first)) continue
    yield {
      place: { file, line: (first ?? assets).line },
      message:
        'A file of `assets` is served before the Worker runs, so it is sent without asking the guard',
      mend: `Set \`${writeAssignment(file, 'run_worker_first', true)}\` in \`assets\`.`,
    }
  }
}

function* findSecondAddresses(subject: WorkerSubject): Generator<Fault> {
  for (const scope of scopesOf(subject)) {
    for (const name of ['workers_dev', 'preview_urls']) {
      const option = get(scope, name)
      if (!option || !isOn(option)) continue
      yield {
        place: { file: subject.file, line: option.line },
        message:
          'The guard gets a second address, outside the rules of your zone, and there the upstream sees another host name',
        mend: `Set \`${writeAssignment(subject.file, name, false)}\`.`,
      }
    }
  }
}

const routesOf = (scope: Tree): readonly Tree[] => [
  ...itemsOf(get(scope, 'routes')),
  ...itemsOf(get(scope, 'route')),
]

/** One that is only called by other Workers says `workers_dev = false`. */
function* findWithoutRoutes(subject: WorkerSubject): Generator<Fault> {
  const { file, root } = subject
  const isBound = textOf(get(root, 'workers_dev')) === 'false'
  if (isBound || scopesOf(subject).some((scope) => routesOf(scope).length > 0)) return
  yield {
    place: { file, line: get(root, 'main')?.line ?? 1 },
    message: 'No route leads to the Worker, so it stands in front of nothing',
    mend: `Set \`${writeAssignment(file, 'routes', [ROUTE])}\`, or \`${writeAssignment(file, 'workers_dev', false)}\` where other Workers call it.`,
  }
}

/** The whole host. */
const widen = (pattern: string): string => pattern.replace(/^((?:https?:\/\/)?[^/*]+).*$/, '$1/*')

function* findPartialRoutes(subject: WorkerSubject): Generator<Fault> {
  for (const route of scopesOf(subject).flatMap(routesOf)) {
    const pattern = textOf(route) ?? textOf(get(route, 'pattern'))
    const isDomain = isOn(get(route, 'custom_domain'))
    if (pattern === undefined || isDomain || WHOLE_HOST.test(pattern)) continue
    yield {
      place: { file: subject.file, line: route.line },
      message: `\`${pattern}\` covers only a part of the host: the rest of the origin is reachable without a token`,
      mend: `Set \`${writeAssignment(subject.file, 'pattern', widen(pattern))}\`, and let \`routes\` of the configuration say what is public.`,
    }
  }
}

function* findWithoutStore(subject: WorkerSubject): Generator<Fault> {
  const { file, root } = subject
  if (hasBinding(root, 'AUTH_KV')) return
  yield {
    place: { file, line: get(root, 'kv_namespaces')?.line ?? 1 },
    message: 'There is no AUTH_KV, so each location asks the issuer for keys by itself',
    mend: `Add to \`kv_namespaces\` one with \`${writeAssignment(file, 'binding', 'AUTH_KV')}\`.`,
  }
}

const hasBinding = (scope: Tree, name: string): boolean =>
  ['kv_namespaces', 'services'].some((kind) =>
    itemsOf(get(scope, kind)).some((item) => textOf(get(item, 'binding')) === name),
  )

function* findWrongUpstreams(subject: WorkerSubject): Generator<Fault> {
  for (const scope of scopesOf(subject)) {
    const upstream = get(scope, 'vars', 'UPSTREAM_URL')
    const text = textOf(upstream)
    if (!upstream || !text || (ORIGIN.test(text) && URL.canParse(text))) continue
    yield {
      place: { file: subject.file, line: upstream.line },
      message: '`UPSTREAM_URL` is no origin, so the Worker answers every request with 500',
      mend: `Write scheme and host alone: \`${writeAssignment(subject.file, 'UPSTREAM_URL', 'https://origin.example.com')}\`.`,
    }
  }
}

function* findPlainUpstreams(subject: WorkerSubject): Generator<Fault> {
  for (const scope of scopesOf(subject)) {
    const upstream = get(scope, 'vars', 'UPSTREAM_URL')
    const text = textOf(upstream)
    if (!upstream || !text?.startsWith('http:') || LOOPBACK.test(text)) continue
    yield {
      place: { file: subject.file, line: upstream.line },
      message: 'Requests go to the upstream unencrypted, and so do the identity headers',
      mend: 'Set `UPSTREAM_URL` to an https origin.',
    }
  }
}

/** Variables and bindings stay with the level they are written at. */
function* findUninherited({ file, root }: WorkerSubject): Generator<Fault> {
  const variables = VARIABLES.filter((name) => get(root, 'vars', name))
  const bindings = ['AUTH_KV', 'UPSTREAM'].filter((name) => hasBinding(root, name))
  for (const [name, scope] of entriesOf(get(root, 'env'))) {
    const missing = [
      ...variables.filter((variable) => !get(scope, 'vars', variable)),
      ...bindings.filter((binding) => !hasBinding(scope, binding)),
    ]
    if (missing.length === 0) continue
    yield {
      place: { file, line: scope.line },
      message: `\`env.${name}\` does not inherit ${missing.join(', ')}: variables and bindings stay where they are written`,
      mend: `Repeat ${missing.length === 1 ? 'it' : 'them'} under \`env.${name}\`.`,
    }
  }
}

export const WORKER: readonly Rule<WorkerSubject>[] = [
  { name: 'worker-node', severity: 'warning', find: findNode },
  { name: 'worker-cache', severity: 'error', find: findCache },
  { name: 'worker-assets', severity: 'error', find: findAssets },
  { name: 'worker-second-address', severity: 'warning', find: findSecondAddresses },
  { name: 'worker-routes-missing', severity: 'warning', find: findWithoutRoutes },
  { name: 'worker-route-partial', severity: 'warning', find: findPartialRoutes },
  { name: 'worker-store-missing', severity: 'warning', find: findWithoutStore },
  { name: 'upstream-not-origin', severity: 'error', find: findWrongUpstreams },
  { name: 'upstream-plain', severity: 'warning', find: findPlainUpstreams },
  { name: 'worker-env-inherits', severity: 'error', find: findUninherited },
]
