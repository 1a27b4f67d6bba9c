/** What one instance keeps of the tokens it has seen. */
import { GROWTH, OURS } from '../names.ts'
import { launch } from '../processes.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'

const LIMIT_MS = 180_000
const BYTES_PER_MB = 2 ** 20

export const memory: Section = {
  name: 'memory',
  async run({ pace, tell }) {
    const tokens = pace.heapTokens.toLocaleString('en')
    tell(`${tokens} distinct tokens`)
    const { output } = await launch(
      { arguments: ['--expose-gc', 'bench/fill.ts', String(pace.heapTokens)] },
      LIMIT_MS,
    )
    const { before, after } = JSON.parse(output) as Record<'before' | 'after', number>
    const megabytes = (bytes: number) => [bytes / BYTES_PER_MB]
    const frame = {
      name: 'memory',
      title: `Memory: ${tokens} distinct valid tokens through one instance`,
      unit: 'MB',
      corner: 'instance',
      note: 'Heap and external memory after garbage collection. The first 500 tokens come before the first measurement.',
    } as const
    return [
      layOut(frame, [
        { row: OURS, column: 'before', rounds: megabytes(before) },
        { row: OURS, column: 'after', rounds: megabytes(after) },
        { row: OURS, column: GROWTH, rounds: megabytes(after - before) },
      ]),
    ]
  },
}
