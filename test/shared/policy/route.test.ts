import { describe, expect, it } from 'vitest'
import { readPath } from '../../../shared/policy/path.ts'
import { readParameter } from '../../../shared/policy/route.ts'
import { createRules } from '../../../shared/policy/rules.ts'
import type { Config } from '../../../shared/index.ts'

const rulesOf = (...patterns: readonly string[]) =>
  createRules({
    issuers: [],
    routes: Object.fromEntries(patterns.map((pattern) => [pattern, 'public' as const])),
  })

function find(patterns: readonly string[], method: string, path: string): string | null {
  const segments = readPath(path) ?? expect.fail()
  const forwards = rulesOf(...patterns).table.match(method, segments)
  const backwards = rulesOf(...patterns.toReversed()).table.match(method, segments)
  expect(backwards?.pattern.text).toBe(forwards?.pattern.text)
  return forwards?.pattern.text ?? null
}

/** In whatever order they are written. */
describe('the most specific pattern wins', () => {
  const TREE = [
    'GET /',
    'GET /a',
    'GET /{x}',
    'GET /a/b',
    'GET /a/{x}',
    'GET /{x}/b',
    'GET /{x}/{y}',
    'GET /a/{rest+}',
    'GET /{rest+}',
  ]
  it.each([
    ['/', 'GET /'],
    ['/a', 'GET /a'],
    ['/a/', 'GET /a'],
    ['/z', 'GET /{x}'],
    ['/a/b', 'GET /a/b'],
    ['/a/z', 'GET /a/{x}'],
    ['/z/b', 'GET /{x}/b'],
    ['/z/z', 'GET /{x}/{y}'],
    ['/a/b/c', 'GET /a/{rest+}'],
    ['/z/b/c', 'GET /{rest+}'],
    ['/A/b', 'GET /{x}/b'],
  ])('at %s: %s', (path, pattern) => {
    expect(find(TREE, 'GET', path)).toBe(pattern)
  })

  it('from the left, whatever comes behind', () => {
    const patterns = ['GET /a/{x+}', 'GET /{x}/b/c', 'GET /{x}/{y}/c']
    expect(find(patterns, 'GET', '/a/b/c')).toBe('GET /a/{x+}')
    expect(find(patterns, 'GET', '/z/b/c')).toBe('GET /{x}/b/c')
  })

  it('and one that leads nowhere is left for the next', () => {
    expect(find(['GET /a/b', 'GET /{x}/c'], 'GET', '/a/c')).toBe('GET /{x}/c')
    expect(find(['GET /a/b/c', 'GET /{rest+}'], 'GET', '/a/b')).toBe('GET /{rest+}')
    expect(find(['GET /a/b', 'GET /{x}/c'], 'GET', '/a/d')).toBeNull()
  })

  it('segments before methods', () => {
    expect(find(['* /a', 'GET /{x}'], 'GET', '/a')).toBe('* /a')
    // The literal has no such method, so it does not match.
    expect(find(['POST /a', 'GET /{x}'], 'GET', '/a')).toBe('GET /{x}')
  })

  it('a greedy parameter takes one segment at least', () => {
    expect(find(['GET /a/{rest+}'], 'GET', '/a')).toBeNull()
    expect(find(['GET /{rest+}'], 'GET', '/')).toBeNull()
  })

  it('and no name is special', () => {
    const patterns = ['GET /constructor', 'GET /__proto__/x']
    expect(find(patterns, 'GET', '/constructor')).toBe('GET /constructor')
    expect(find(patterns, 'GET', '/__proto__/x')).toBe('GET /__proto__/x')
    expect(find(patterns, 'GET', '/toString')).toBeNull()
    expect(find(patterns, 'constructor', '/constructor')).toBeNull()
  })
})

describe('the method', () => {
  it.each([
    [['GET /a', '* /a'], 'GET', 'GET /a'],
    [['GET /a', '* /a'], 'POST', '* /a'],
    [['GET /a', '* /a'], 'HEAD', 'GET /a'],
    [['GET /a', '* /a', 'HEAD /a'], 'HEAD', 'HEAD /a'],
    [['* /a'], 'HEAD', '* /a'],
    [['* /a'], 'BREW', '* /a'],
    [['HEAD /a'], 'GET', null],
    [['GET /a'], 'get', null],
    [['POST /a'], 'HEAD', null],
    [['GET /a'], 'DELETE', null],
  ])('of %j for %s: %s', (patterns, method, pattern) => {
    expect(find(patterns, method, '/a')).toBe(pattern)
  })
})

describe('a path parameter', () => {
  const read = (pattern: string, path: string, name: string) => {
    const segments = readPath(path) ?? expect.fail()
    const route = rulesOf(pattern).table.match('GET', segments) ?? expect.fail()
    return readParameter(route.pattern, segments, name)
  }
  it.each([
    ['GET /users/{id}', '/users/auth0%7C1', 'id', 'auth0|1'],
    ['GET /{a}/{b}', '/x/y', 'b', 'y'],
    ['GET /{a}/{rest+}', '/x/y/z', 'a', 'x'],
    ['GET /{a}/{rest+}', '/x/y/z', 'rest', 'y/z'],
    ['GET /a/{a}', '/a/x', 'a', 'x'],
  ])('of %s at %s: %s is %s', (pattern, path, name, value) => {
    expect(read(pattern, path, name)).toBe(value)
  })
})

describe('rules', () => {
  const config = (more: Partial<Config>): Config => ({ issuers: [], ...more })

  it('keep $connect apart from paths', () => {
    const { connect, table, routes } = rulesOf('$connect', 'GET /a')
    expect(connect?.pattern.text).toBe('$connect')
    expect(routes).toHaveLength(1)
    expect(table.match('$connect', [])).toBeNull()
    expect(rulesOf('GET /$connect').connect).toBeNull()
  })

  it.each([
    [{}, 'open'],
    [{ otherwise: 'deny' }, 'deny'],
    [{ routes: {} }, 'deny'],
    [{ routes: { 'GET /a': 'public' } }, 'deny'],
    [{ routes: {}, otherwise: 'authenticated' }, 'open'],
  ] as const)('%j leave the rest to be %s', (given, expected) => {
    const { otherwise } = createRules(config(given))
    expect(otherwise === 'deny' ? 'deny' : 'open').toBe(expected)
  })

  it('are found among thousands', () => {
    const patterns = Array.from({ length: 5_000 }, (_, index) => [
      `GET /r${index}`,
      `GET /r${index}/{id}`,
    ]).flat()
    const { table } = rulesOf(...patterns)
    for (const index of [0, 2_500, 4_999]) {
      expect(table.match('GET', [`r${index}`])?.pattern.text).toBe(`GET /r${index}`)
      expect(table.match('GET', [`r${index}`, 'x'])?.pattern.text).toBe(`GET /r${index}/{id}`)
    }
    expect(table.match('GET', ['r5000'])).toBeNull()
  })

  it('are found at the end of an 8 KB path without looking twice', () => {
    const deep = Array.from({ length: 4_000 }, () => 'a')
    const { table } = rulesOf('GET /{x}/{y}/b', 'GET /a/{x}/b', 'GET /a/a/{rest+}')
    expect(table.match('GET', deep)?.pattern.text).toBe('GET /a/a/{rest+}')
    expect(table.match('POST', deep)).toBeNull()
  })
})
