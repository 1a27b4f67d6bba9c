/** What is measured, in this order. Another section is another file and a line here. */
import type { Section } from './section.ts'
import { accept } from './sections/accept.ts'
import { cold } from './sections/cold.ts'
import { memory } from './sections/memory.ts'
import { opaque } from './sections/opaque.ts'
import { parts } from './sections/parts.ts'
import { policy } from './sections/policy.ts'
import { refuse } from './sections/refuse.ts'
import { repeat } from './sections/repeat.ts'
import { routing } from './sections/routing.ts'
import { size } from './sections/size.ts'
import { thread } from './sections/thread.ts'
import { worker } from './sections/worker.ts'

export const SECTIONS: readonly Section[] = [
  accept,
  parts,
  thread,
  repeat,
  opaque,
  refuse,
  routing,
  policy,
  worker,
  cold,
  memory,
  size,
]
