import { describe, expect, it } from 'vitest'
import { namesOf, parsePattern, shapeOf } from '../../../shared/policy/pattern.ts'
import type { RoutePattern } from '../../../shared/policy/pattern.ts'

function parse(text: string): RoutePattern {
  const pattern = parsePattern(text)
  if (typeof pattern === 'string') throw new Error(pattern)
  return pattern
}

const write = ({ segments }: RoutePattern): readonly string[] =>
  segments.map((segment) =>
    segment.kind === 'literal' ? segment.text : `${segment.kind} ${segment.name}`,
  )

describe('a route pattern', () => {
  it.each([
    ['GET /', 'GET', []],
    ['GET /a', 'GET', ['a']],
    ['GET /a/', 'GET', ['a']],
    ['* /a/b', '*', ['a', 'b']],
    ['PURGE /a', 'PURGE', ['a']],
    ['GET /{id}', 'GET', ['parameter id']],
    ['GET /{rest+}', 'GET', ['greedy rest']],
    ['GET /a/{b}/c/{d+}', 'GET', ['a', 'parameter b', 'c', 'greedy d']],
    ['GET /{_a-1}', 'GET', ['parameter _a-1']],
    ['GET /é/x|y/a:b/.well-known', 'GET', ['é', 'x|y', 'a:b', '.well-known']],
    ['GET /$connect', 'GET', ['$connect']],
    ['$connect', '$connect', []],
  ])('%s is read', (text, method, segments) => {
    const pattern = parse(text)
    expect({ method: pattern.method, segments: write(pattern) }).toEqual({ method, segments })
    expect(pattern.text).toBe(text)
  })

  it.each([
    ['', 'METHOD /path'],
    ['GET', 'METHOD /path'],
    ['/a', 'METHOD /path'],
    ['GET a', 'METHOD /path'],
    ['get /a', 'METHOD /path'],
    ['GET  /a', 'METHOD /path'],
    ['GET /a b', 'METHOD /path'],
    ['GET /a ', 'METHOD /path'],
    [' GET /a', 'METHOD /path'],
    ['** /a', 'METHOD /path'],
    ['$disconnect', 'METHOD /path'],
    ['ANY /a', 'must say `*`'],
    ['GET //', 'a segment no path has'],
    ['GET /a//b', 'a segment no path has'],
    ['GET /./a', 'a segment no path has'],
    ['GET /a/..', 'a segment no path has'],
    ['GET /..;/a', 'a segment no path has'],
    ['GET /a*', 'a segment no path has'],
    ['GET /a?b', 'a segment no path has'],
    ['GET /a#b', 'a segment no path has'],
    ['GET /a%2Fb', 'a segment no path has'],
    ['GET /%61', 'a segment no path has'],
    [String.raw`GET /a\b`, 'a segment no path has'],
    ['GET /a\0', 'a segment no path has'],
    ['GET /a\tb', 'a segment no path has'],
    ['GET /\ud800', 'a segment no path has'],
    ['GET /{}', 'a segment no path has'],
    ['GET /{a', 'a segment no path has'],
    ['GET /a}', 'a segment no path has'],
    ['GET /{1a}', 'a segment no path has'],
    ['GET /{a*}', 'a segment no path has'],
    ['GET /x{a}', 'a segment no path has'],
    ['GET /{a}x', 'a segment no path has'],
    ['GET /{a}/{a}', 'names two parameters alike'],
    ['GET /{a}/{a+}', 'names two parameters alike'],
    ['GET /{a+}/b', 'must have `{name+}` last'],
    ['GET /{a+}/{b+}', 'must have `{name+}` last'],
  ])('%j is none, and it is said why', (text, fault) => {
    expect(parsePattern(text)).toContain(fault)
  })

  it('has the names of its parameters', () => {
    expect(namesOf(parse('GET /a/{b}/c/{d+}').segments)).toEqual(['b', 'd'])
  })

  it.each([
    ['GET /a/{x}', 'GET /a/{y}', true],
    ['GET /a/{x+}', 'GET /a/{y+}', true],
    ['GET /a', 'GET /a/', true],
    ['GET /a/{x}', 'GET /a/{x+}', false],
    ['GET /a/{x}', 'POST /a/{x}', false],
    ['GET /a', '* /a', false],
    ['GET /a', 'GET /A', false],
    ['GET /x/{a}', 'GET /x/a', false],
    ['$connect', 'GET /', false],
  ])('%s matches what %s does: %s', (one, other, isAlike) => {
    expect(shapeOf(parse(one)) === shapeOf(parse(other))).toBe(isAlike)
  })
})
