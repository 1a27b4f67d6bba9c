/** API Gateway's result cache over a sequence of calls: which are answered by whom, and with what. */
import type { TimelineCall, TimelineQuestion } from '../../api.ts'
import { button, h } from '../dom.ts'
import { ask, reasonOf } from '../http.ts'
import type { Shared } from '../state.ts'
import { createFields, layOut, readKind, readTtl } from './fields.ts'
import { listScenes } from './scenes.ts'
import { createSequence } from './sequence.ts'
import { renderTimeline } from './timeline.ts'

const SETTLE_MS = 200

/** Returns what to do when it comes into sight. */
export function createCacheView(panel: HTMLElement, shared: Shared): () => void {
  const { world } = shared.common
  const fields = createFields()
  const chart = h('div', { class: 'chart card', attributes: { role: 'status' } })
  let timer = 0
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void play(), SETTLE_MS)
  }
  const sequence = createSequence(world, () => {
    mark(null)
    later()
  })
  async function play(): Promise<void> {
    const question: TimelineQuestion = {
      kind: readKind(fields),
      ttlSeconds: readTtl(fields),
      calls: sequence.read(),
      clockSeconds: shared.common.clockSeconds,
    }
    if (question.calls.length === 0) return chart.replaceChildren(h('p', {}, 'No calls yet.'))
    try {
      chart.replaceChildren(renderTimeline(question, await ask('timeline', question)))
      shared.trouble(null)
    } catch (error) {
      shared.trouble(`No timeline: ${reasonOf(error)}.`)
    }
  }
  const mark = (chosen: HTMLElement | null) => {
    for (const scene of scenes) scene.setAttribute('aria-pressed', String(scene === chosen))
  }
  const scenes = listScenes(world).map(([title, calls]) => {
    const scene = button('chip', () => stage(calls, scene), [title], { 'aria-pressed': 'false' })
    return scene
  })
  function stage(calls: readonly TimelineCall[], scene: HTMLElement): void {
    sequence.replace(calls)
    mark(scene)
    void play()
  }
  for (const field of [fields.kind, fields.ttl]) field.addEventListener('input', later)
  fields.ttl.addEventListener('change', () => (fields.ttl.value = String(readTtl(fields))))
  shared.watch('clock', () => void (panel.hidden || play()))
  panel.append(...layOut(fields, scenes, sequence, chart))
  return () => {
    if (sequence.read().length === 0) scenes[0]?.click()
    else void play()
  }
}
