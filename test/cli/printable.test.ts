import { describe, expect, it } from 'vitest'
import { guard, printable, printableJson, printableValue, shorten } from '../../cli/printable.ts'

const HOSTILE = [
  ['an escape sequence', '\u001b[2J\u001b]0;title\u0007'],
  ['a C1 control sequence', '\u009b31m'],
  ['bidirectional overrides', 'gpj.\u202eexe\u2066'],
  ['a carriage return', 'denied\rallowed'],
  ['lines of its own', 'one\ntwo\u2028three\u0085four'],
  ['zero width characters', 'ad\u200bmin\ufeff'],
  ['tags', 'a\u{e0041}b'],
  ['a lone surrogate', 'a\ud800b'],
  ['a space that is none', 'a\u00a0b\u3000c'],
  ['nothing that looks like something', 'a\u3164b'],
  ['delete', 'a\u007fb'],
] as const

/** What a terminal, or a reader, would take for something else than it is. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\u00a0\u3000\u3164]/u

describe('printable', () => {
  it.each(HOSTILE)('writes out %s', (_, text) => {
    expect(printable(text)).not.toMatch(UNSAFE)
    expect(printable(text)).toContain('\\')
    expect(printableValue({ claim: text })).not.toMatch(UNSAFE)
  })

  it('leaves what people write', () => {
    expect(printable('Zoë 日本 auth0|ada read:a 😀')).toBe('Zoë 日本 auth0|ada read:a 😀')
  })

  it('stops marks from piling up', () => {
    expect(printable(`a${'\u0301'.repeat(50)}`).match(/\p{M}/gu)).toHaveLength(3)
  })

  it.each(HOSTILE)('keeps JSON with %s readable and the same value', (_, text) => {
    const json = printableJson({ [text]: [text] })
    expect(json.replaceAll('\n', '')).not.toMatch(UNSAFE)
    expect(JSON.parse(json)).toEqual({ [text]: [text] })
  })
})

describe('the guard before the terminal', () => {
  it('passes our colours and nothing else', () => {
    expect(guard('\u001b[31mred\u001b[39m\n\u001b[2Jx\u001b]8;;y\u0007')).toBe(
      '\u001b[31mred\u001b[39m\n\\u{1b}[2Jx\\u{1b}]8;;y\\u{7}',
    )
  })
})

it('shortens without halving a character', () => {
  expect(shorten('ab😀cd', 4)).toBe('ab\ufffd…')
  expect(shorten('abcd', 4)).toBe('abcd')
})
