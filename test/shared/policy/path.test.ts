import { describe, expect, it } from 'vitest'
import { readPath } from '../../../shared/policy/path.ts'

describe('a path', () => {
  it.each([
    ['/', []],
    ['/a', ['a']],
    ['/a/', ['a']],
    ['/a/b', ['a', 'b']],
    ['/%61', ['a']],
    ['/auth0%7C1', ['auth0|1']],
    ['/auth0%257C1', ['auth0%7C1']],
    ['/%252F', ['%2F']],
    ['/%C3%A9/é', ['é', 'é']],
    ['/a.b/..c/d../...', ['a.b', '..c', 'd..', '...']],
    ['/.well-known/x', ['.well-known', 'x']],
    ['/a%3Bb;c', ['a;b;c']],
    ['/*/?', ['*', '?']],
    ['/a:b/%3A', ['a:b', ':']],
    ['/%20/+', [' ', '+']],
    ['/__proto__', ['__proto__']],
  ])('%s has these segments', (path, segments) => {
    expect(readPath(path)).toEqual(segments)
  })

  it.each([
    '',
    'a',
    '*',
    '//',
    '/a//b',
    '/a//',
    '/a%2Fb',
    '/a%2fb',
    '/a%5Cb',
    '/a%5cb',
    '/a%00',
    '/a\0',
    String.raw`/a\b`,
    '/.',
    '/..',
    '/./a',
    '/a/../b',
    '/a/.',
    '/%2e',
    '/%2E%2e/a',
    '/.%2e',
    '/..;/a',
    '/..;x=1/a',
    '/.%3b/a',
    '/..%3B',
    '/%',
    '/%zz',
    '/%a',
    '/%ff',
    '/%C3',
    '/%ED%A0%80',
  ])('%j is ambiguous', (path) => {
    expect(readPath(path)).toBeUndefined()
  })

  it('of 8 KB costs no more than its length', () => {
    const long = `/${'a'.repeat(8_000)}`
    expect(readPath(long)).toHaveLength(1)
    expect(readPath('/a'.repeat(4_000))).toHaveLength(4_000)
    expect(readPath(`/${'%2e'.repeat(2_700)}x`)).toHaveLength(1)
    expect(readPath(`${'/a'.repeat(4_000)}/..`)).toBeUndefined()
    expect(readPath('/;'.repeat(4_000))).toHaveLength(4_000)
  })
})
