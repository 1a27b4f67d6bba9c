/** Who may import whom. A forbidden edge is named with the file it starts from. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

interface Edge {
  readonly from: string
  /** A file of the project, or a package. */
  readonly to: string
  readonly isType: boolean
}

const IMPORT =
  /^(?:import|export)\s+(type\s)?(?:[^'"]*?from\s+)?['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/gm

const files = globSync('{shared,functions,cli,dev,test,bench}/**/*.ts').concat(
  'authorizer.config.ts',
)

const edges: readonly Edge[] = files.flatMap((from) =>
  [...readFileSync(from, 'utf8').matchAll(IMPORT)].map(([, type, name, dynamic]) => {
    const target = name ?? dynamic ?? ''
    const to = target.startsWith('.') ? join(dirname(from), target) : target
    return { from, to, isType: type !== undefined }
  }),
)

const show = ({ from, to }: Edge): string => `${from} → ${to}`

const within =
  (folder: string) =>
  (path: string): boolean =>
    path.startsWith(`${folder}/`)

function forbidden(
  from: (path: string) => boolean,
  to: (path: string, edge: Edge) => boolean,
): string[] {
  return edges.filter((edge) => from(edge.from) && to(edge.to, edge)).map(show)
}

const PARTS = ['token', 'keys', 'policy', 'opaque', 'config', 'wire'].map(
  (part) => `shared/${part}`,
)
const partOf = (path: string): string | undefined => PARTS.find((part) => within(part)(path))
const isPackage = (path: string): boolean =>
  !/^(?:shared|functions|cli|dev|test|bench|dist)\/|^authorizer/.test(path)

test('the graph is read at all', () => {
  expect(edges.length).toBeGreaterThan(300)
})

describe('shared', () => {
  const shared = within('shared')

  test('imports jose, valibot and itself, nothing else', () => {
    const own = (to: string) => shared(to) || to === 'jose' || to === 'valibot'
    expect(forbidden(shared, (to) => !own(to))).toEqual([])
  })

  test('names jose in four files, in one of them as a type', () => {
    const users = new Set(
      edges.filter(({ from, to }) => shared(from) && to === 'jose').map(({ from }) => from),
    )
    expect([...users].sort()).toEqual([
      'shared/opaque/client.ts',
      'shared/ports.ts',
      'shared/token/jwe.ts',
      'shared/token/signature.ts',
    ])
  })

  test('keeps its parts apart: they meet in authorize.ts, trust.ts and sources.ts', () => {
    const crosses = edges.filter(({ from, to, isType }) => {
      const [a, b] = [partOf(from), partOf(to)]
      const checksPatterns = from === 'shared/config/check.ts' && to === 'shared/policy/pattern.ts'
      return a !== undefined && b !== undefined && a !== b && !isType && !checksPatterns
    })
    expect(crosses.map(show)).toEqual([])
  })

  test('lets no part depend on what puts the parts together', () => {
    const tops = ['authorize', 'enrichment', 'trust', 'sources', 'index'].map(
      (name) => `shared/${name}.ts`,
    )
    expect(
      forbidden(
        (from) => partOf(from) !== undefined,
        (to) => tops.includes(to),
      ),
    ).toEqual([])
  })

  test('lets the vocabulary depend on no part', () => {
    const base = (path: string) =>
      shared(path) &&
      partOf(path) === undefined &&
      !/(?:authorize|decision|enrichment|trust|sources|index)\.ts$/.test(path)
    expect(forbidden(base, (to) => partOf(to) !== undefined)).toEqual([])
  })

  test('reads no clock but as a default', () => {
    const readers = files.filter(
      (file) => shared(file) && /Date\.now|new Date/.test(readFileSync(file, 'utf8')),
    )
    expect(readers).toEqual(['shared/authorize.ts', 'shared/ports.ts'])
  })
})

describe('functions', () => {
  test('do not know each other', () => {
    expect(forbidden(within('functions/worker'), within('functions/lambda'))).toEqual([])
    expect(forbidden(within('functions/lambda'), within('functions/worker'))).toEqual([])
  })

  test('ship no package but aws4fetch beside the core', () => {
    const shipped = (to: string, { isType }: Edge) =>
      isPackage(to) && !isType && !/^(?:aws4fetch|node:|cloudflare:workers)/.test(to)
    expect(forbidden(within('functions'), shipped)).toEqual([])
  })

  test('use Node only where Node runs', () => {
    expect(forbidden(within('functions/worker'), (to) => to.startsWith('node:'))).toEqual([])
  })
})

describe('cli', () => {
  test('explains without Node, so that a page can', () => {
    expect(forbidden(within('cli/explain'), (to) => to.startsWith('node:'))).toEqual([])
    const own = (to: string) => /^(?:shared|functions|cli\/explain)\//.test(to)
    const neutral = (to: string, { isType }: Edge) => own(to) || isType
    expect(forbidden(within('cli/explain'), (to, edge) => !neutral(to, edge))).toEqual([])
  })

  test('uses dev for nothing but the command of that name', () => {
    const other = (from: string) => within('cli')(from) && !within('cli/dev')(from)
    expect(forbidden(other, within('dev'))).toEqual([])
  })
})

describe('the console', () => {
  const page = within('dev/console/page')

  test('keeps Node out of its page, and brings nothing along but printable text', () => {
    const own = (to: string) => page(to) || to === 'cli/printable.ts'
    expect(forbidden(page, (to, { isType }) => !own(to) && !isType)).toEqual([])
  })

  test('makes no HTML, and no code, of text', () => {
    const risky =
      /innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|srcdoc|eval\(|new Function/
    const makers = files.filter((file) => page(file) && risky.test(readFileSync(file, 'utf8')))
    expect(makers).toEqual([])
  })

  test('is part of nothing but what runs on this machine', () => {
    const users = edges.filter(
      ({ from, to }) => to.startsWith('dev/console/') && !/^(?:dev\/console|test)\//.test(from),
    )
    expect([...new Set(users.map(({ from }) => from))]).toEqual(['dev/everything.ts'])
  })
})

test('nothing that ships to the edge imports cli, dev, test or bench', () => {
  const ships = (from: string) => within('shared')(from) || within('functions')(from)
  expect(forbidden(ships, (to) => /^(?:cli|dev|test|bench)\//.test(to))).toEqual([])
})

test('dev and cli do not import tests', () => {
  const tools = (from: string) => within('dev')(from) || within('cli')(from)
  expect(forbidden(tools, (to) => /^(?:test|bench)\//.test(to))).toEqual([])
})
