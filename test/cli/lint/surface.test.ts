/** Which patterns answer what a deployed route takes in; and what a kept policy lets through. */
import { describe, expect, test } from 'vitest'
import type { Api, Authorizer, Route } from '../../../cli/lint/deployment.ts'
import { findEscape } from '../../../cli/lint/escape.ts'
import { unset } from '../../../cli/lint/setting.ts'
import { createSurface } from '../../../cli/lint/surface.ts'
import type { Config, RoutePolicy } from '../../../shared/config/types.ts'
import { createRules } from '../../../shared/policy/rules.ts'

const rulesOf = (routes: Record<string, RoutePolicy | 'public' | 'authenticated'>) =>
  createRules({ issuers: [], routes } as Config)

const plain = (...patterns: string[]) =>
  rulesOf(Object.fromEntries(patterns.map((text) => [text, 'authenticated' as const])))

const deploy = (...keys: string[]): Api => ({
  kind: 'http',
  line: 1,
  authorizers: [] as readonly Authorizer[],
  routes: keys.map((key, line): Route => {
    const [method = '', path = key] = key.includes(' ') ? key.split(' ') : ['*']
    return { method, path, line, guard: 'none', hasCors: false }
  }),
  gatewayResponses: [],
  isDefaultEndpointOff: unset(1),
  apiKeySource: unset(1),
  isComplete: true,
  hasUnknownRoutes: false,
})

/** Patterns that answer the first route; `-` where some request has none. */
function answers(patterns: readonly string[], ...keys: string[]): readonly string[] {
  const api = deploy(...keys)
  const found = createSurface(plain(...patterns), api).answersOf(api.routes[0] as Route)
  return [...found].map((answer) => answer?.pattern.text ?? '-').sort()
}

describe('a deployed route leads to', () => {
  test.each<[string, string[], string[], string[]]>([
    ['the pattern of its own name', ['GET /a'], ['GET /a'], ['GET /a']],
    ['none', ['GET /b'], ['GET /a'], ['-']],
    ['a pattern of any method', ['* /a'], ['GET /a'], ['* /a']],
    ['GET for HEAD', ['GET /a'], ['HEAD /a'], ['GET /a']],
    ['nothing for another method', ['POST /a'], ['GET /a'], ['-']],
    ['whatever its parameter is called', ['GET /a/{id}'], ['GET /a/{x}'], ['GET /a/{id}']],
    [
      'the literal beside the parameter',
      ['GET /a/{id}', 'GET /a/me'],
      ['GET /a/{x}'],
      ['GET /a/me', 'GET /a/{id}'],
    ],
    [
      'not the literal that has a route of its own',
      ['GET /a/{id}', 'GET /a/me'],
      ['GET /a/{x}', 'GET /a/me'],
      ['GET /a/{id}'],
    ],
    ['a literal, and nothing for the rest', ['GET /a/me'], ['GET /a/{x}'], ['-', 'GET /a/me']],
    ['each method of an ANY', ['GET /a', 'POST /a'], ['* /a'], ['-', 'GET /a', 'POST /a']],
    ['one pattern for the whole of an ANY', ['* /a'], ['* /a'], ['* /a']],
    [
      'all below a greedy one',
      ['GET /a/{x}', 'GET /a/{x}/b'],
      ['GET /a/{proxy+}'],
      ['-', 'GET /a/{x}', 'GET /a/{x}/b'],
    ],
    ['a greedy pattern, whole', ['GET /a/{rest+}'], ['GET /a/{proxy+}'], ['GET /a/{rest+}']],
    ['everything, for $default', ['GET /', 'GET /a'], ['$default'], ['-', 'GET /', 'GET /a']],
    ['nothing deeper', ['GET /a/{x}/b'], ['GET /a/{x}'], ['-']],
    [
      'what differs behind a parameter',
      ['GET /{x}/b', 'GET /{x}/c'],
      ['GET /{y}/b'],
      ['GET /{x}/b'],
    ],
  ])('%s', (_, patterns, keys, expected) => {
    expect(answers(patterns, ...keys)).toEqual(expected)
  })

  test('nothing, where other routes take all of it', () => {
    expect(
      answers(
        ['GET /a'],
        '* /a',
        ...'DELETE GET HEAD PATCH POST PUT'.split(' ').map((method) => `${method} /a`),
      ),
    ).toEqual([])
  })
})

/** Patterns of requests that fall to the first route. */
function strays(patterns: readonly string[], api: Api): readonly string[] {
  const found = createSurface(plain(...patterns), api).straysOf(api.routes[0] as Route)
  return [...found].map((answer) => answer?.pattern.text ?? '-').sort()
}

describe('past the route declared for it, to a deployed route strays', () => {
  test.each<[string, string[], string[], string[]]>([
    [
      'HEAD, and a slash at the end',
      ['GET /a', 'POST /b', '* /{rest+}'],
      ['* /{proxy+}', 'GET /a', 'POST /b'],
      ['* /{rest+}', 'GET /a', 'POST /b'],
    ],
    [
      'a slash, where HEAD has no other route',
      ['GET /a', 'HEAD /a', 'GET /{rest+}'],
      ['GET /{proxy+}', 'GET /a'],
      ['GET /a', 'GET /{rest+}'],
    ],
    ['HEAD, where nothing is greedy', ['GET /a'], ['* /{id}', 'GET /a'], ['GET /a']],
    [
      'a slash behind what is above',
      ['GET /a', 'GET /a/{x}'],
      ['GET /a/{proxy+}', 'GET /a', 'GET /a/{x}'],
      ['GET /a', 'GET /a/{x}'],
    ],
    [
      'whatever there is, to $default',
      ['GET /a', '* /{r+}'],
      ['$default', 'GET /a'],
      ['* /{r+}', 'GET /a'],
    ],
    ['nothing, where it is of one method', ['GET /a'], ['GET /{id}', 'GET /a'], []],
  ])('%s', (_, patterns, keys, expected) => {
    expect(strays(patterns, deploy(...keys))).toEqual(expected)
  })

  test('what no pattern matches, where it may be let in', () => {
    const api = deploy('* /a/{proxy+}')
    const rules = { ...plain('* /a/{rest+}'), otherwise: rulesOf({}).otherwise }
    const open = createRules({ issuers: [] } as unknown as Config).otherwise
    const found = [rules, { ...rules, otherwise: open }].map((one) =>
      createSurface(one, api)
        .straysOf(api.routes[0] as Route)
        .has(null),
    )
    expect(found).toEqual([false, true])
  })

  test('nothing at a REST API', () => {
    const api = { ...deploy('* /{proxy+}', 'GET /a'), kind: 'rest' } as const
    expect(strays(['GET /a', '* /{rest+}'], api)).toEqual([])
  })
})

const escapeOf = (rules: ReturnType<typeof rulesOf>, ...keys: string[]) => {
  const api = deploy(...keys)
  const found = findEscape(rules, createSurface(rules, api), api.routes[0] as Route)
  return found && [found.pattern.text, found.path, found.mend]
}

describe('a kept Allow reaches past its parameter', () => {
  test.each([
    [
      'to a greedy route',
      ['GET /a/{id}'],
      ['GET /a/{proxy+}'],
      ['GET /a/{id}', 'GET /a/x/x', 'GET /a/{id}/{rest+}'],
    ],
    [
      'to $default',
      ['GET /a/{id}'],
      ['$default'],
      ['GET /a/{id}', 'GET /a/x/x', 'GET /a/{id}/{rest+}'],
    ],
    [
      'past what follows it',
      ['GET /a/{id}/b'],
      ['GET /a/{proxy+}'],
      ['GET /a/{id}/b', 'GET /a/x/x/b', 'GET /a/{rest+}'],
    ],
    [
      'to a route of that name',
      ['GET /a/{id}'],
      ['GET /a/{x}/b'],
      ['GET /a/{id}', 'GET /a/x/b', 'GET /a/{id}/{rest+}'],
    ],
    [
      'with any method',
      ['* /a/{id}'],
      ['* /a/{proxy+}'],
      ['* /a/{id}', 'GET /a/x/x', '* /a/{id}/{rest+}'],
    ],
  ])('%s', (_, patterns, keys, expected) => {
    expect(escapeOf(plain(...patterns), ...keys)).toEqual(expected)
  })

  test.each([
    ['where no greedy route is', ['GET /a/{id}'], ['GET /a/{x}']],
    ['where the greedy route is elsewhere', ['GET /a/{id}'], ['GET /b/{proxy+}']],
    ['where it has another method', ['GET /a/{id}'], ['POST /a/{proxy+}']],
    [
      'where a pattern answers all of it',
      ['GET /a/{id}', 'GET /a/{id}/{rest+}'],
      ['GET /a/{proxy+}'],
    ],
    [
      'where a route of its own takes it',
      ['GET /a/{id}'],
      ['GET /a/{proxy+}', 'GET /a/{x}/{proxy+}'],
    ],
    ['where nothing is a parameter', ['GET /a/b'], ['GET /a/{proxy+}']],
  ])('not %s', (_, patterns, keys) => {
    expect(escapeOf(plain(...patterns), ...keys)).toBeUndefined()
  })

  test('not where the token fills the parameter in, unless a scope opens it', () => {
    const bind = { id: 'sub' }
    const keys = ['GET /a/{proxy+}']
    expect(escapeOf(rulesOf({ 'GET /a/{id}': { bind } }), ...keys)).toBeUndefined()
    expect(
      escapeOf(rulesOf({ 'GET /a/{id}': { bind, bindBypassScope: 'all' } }), ...keys),
    ).toBeDefined()
    expect(escapeOf(rulesOf({ 'GET /a/{id}/{x}': { bind } }), ...keys)).toBeDefined()
  })
})
