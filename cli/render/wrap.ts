/** Text of others in lines that fit. */
import { printable } from '../printable.ts'

export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of printable(text)
    .split(' ')
    .flatMap((one) => cut(one, columns))) {
    if (line !== '' && line.length + word.length >= columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** A word that fits no line. */
const cut = (word: string, columns: number): readonly string[] =>
  word.length <= columns
    ? [word]
    : Array.from({ length: Math.ceil(word.length / columns) }, (_, index) =>
        word.slice(index * columns, (index + 1) * columns),
      )
