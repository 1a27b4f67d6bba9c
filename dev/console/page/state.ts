/** What the views have in common, and who wants to know when it changes. */
import type { World, WorldState } from '../api.ts'

export interface Common {
  readonly world: World
  state: WorldState
  /** Seconds that explanations are judged ahead of now. */
  clockSeconds: number
}

type Change = 'clock' | 'state'

export interface Shared {
  readonly common: Common
  change(part: Partial<Pick<Common, 'state' | 'clockSeconds'>>): void
  watch(what: Change, listener: () => void): void
  /** Shows a request in the first view. */
  open: (sample: string, method: string, path: string) => void
  /** Words for the line below the header; null clears it. */
  trouble: (text: string | null) => void
}

export function createShared(world: World, trouble: Shared['trouble']): Shared {
  const common: Common = { world, state: world.state, clockSeconds: 0 }
  const listeners: Record<Change, (() => void)[]> = { clock: [], state: [] }
  return {
    common,
    trouble,
    open: () => undefined,
    watch: (what, listener) => void listeners[what].push(listener),
    change(part) {
      Object.assign(common, part)
      const what: Change = 'state' in part ? 'state' : 'clock'
      for (const listener of listeners[what]) listener()
    },
  }
}
