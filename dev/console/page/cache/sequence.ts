/** The calls in their order, to be edited. */
import type { TimelineCall, World } from '../../api.ts'
import { h } from '../dom.ts'
import { createCallRow, type CallRow } from './call.ts'

const MOST_CALLS = 40
const FIRST: TimelineCall = { sample: 'read', method: 'GET', path: '/', after: 0 }

export interface Sequence {
  readonly element: HTMLElement
  read(): readonly TimelineCall[]
  replace(calls: readonly TimelineCall[]): void
  /** One more, like the last. */
  extend(): void
}

export function createSequence(world: World, changed: () => void): Sequence {
  const list = h('ol', { class: 'calls' })
  let rows: readonly CallRow[] = []
  const read = () => rows.map((row) => row.read())
  function add(call: TimelineCall): void {
    if (rows.length >= MOST_CALLS) return
    const remove = () => {
      rows = rows.filter((one) => one !== row)
      row.element.remove()
      changed()
    }
    const row = createCallRow(world, call, { changed, remove })
    rows = [...rows, row]
    list.append(row.element)
  }
  return {
    element: list,
    read,
    replace(calls) {
      rows = []
      list.replaceChildren()
      for (const call of calls) add(call)
    },
    extend() {
      add(read().at(-1) ?? FIRST)
      changed()
    },
  }
}
