import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { CliFault } from '../../cli/fault.ts'
import { readInput, readLine, trimToken } from '../../cli/load/input.ts'

const typed = (...pieces: string[]) => Readable.from(pieces.map((piece) => Buffer.from(piece)))

describe('a token that is typed', () => {
  it('ends with the line, in however many pieces it comes', async () => {
    expect(await readLine(typed('eyJ', 'hbGci\rnever'))).toBe('eyJhbGci')
    expect(await readLine(typed('abx\u007fc\n'))).toBe('abc')
    expect(await readLine(typed('no end'))).toBe('no end')
  })

  it('can be called off', async () => {
    await expect(readLine(typed('abc\u0003'))).rejects.toThrow('Cancelled.')
  })

  it('has a bound, and so has standard input', async () => {
    const much = 'x'.repeat(2_200_000)
    await expect(readLine(typed(much))).rejects.toThrow(/too long/)
    await expect(readInput(typed(much))).rejects.toThrow(/too long/)
    const bound = { bytes: 2_500_000, fault: () => new CliFault('too large', '') }
    expect(await readInput(typed(much), bound)).toBe(much)
    await expect(readInput(typed(much, much), bound)).rejects.toThrow('too large')
  })
})

it.each([
  ['  token\n', 'token'],
  ['Bearer token', 'token'],
  ['authorization: bearer  token\r\n', 'token'],
  ['"token"', 'token'],
  ["'a b'", 'a b'],
  ['"half', '"half'],
])('%j is taken for %j', (text, token) => expect(trimToken(text)).toBe(token))
