/** What exactly one door answers: the response, or policy and context, or what is thrown. */
import type { Door, GatewayDoor, WorkerDoor } from '../../../../cli/explain/explanation.ts'
import { h } from '../dom.ts'
import { code, lines, shown } from '../text.ts'
import { phraseOf } from '../verdict.ts'

export function renderAnswer(door: Door): readonly HTMLElement[] {
  const notes = door.notes.map((note) => h('p', { class: 'note' }, shown(note)))
  return [...notes, ...(door.door === 'worker' ? answerOfWorker(door) : answerOfGateway(door))]
}

const titled = (title: string, ...body: readonly HTMLElement[]): HTMLElement =>
  h('div', { class: 'block' }, h('h3', {}, title), ...body)

function answerOfWorker({ status, headers, body, upstream }: WorkerDoor): readonly HTMLElement[] {
  if (upstream) {
    const added = upstream.added.map(([name, value]) => `${name}: ${value}`)
    const removed = upstream.removed.map((name) => `${name}`)
    return [
      titled(
        'The upstream receives, beside what was sent',
        lines(added.length ? added : ['nothing']),
      ),
      titled('and does not receive', lines(removed.length ? removed : ['nothing is removed'])),
    ]
  }
  if (status === null) return []
  const head = [
    `HTTP/1.1 ${status} ${phraseOf(status)}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return [
    titled('Response', lines(head)),
    ...(body === null ? [] : [titled('Body', code(prettify(body)))]),
  ]
}

function prettify(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function answerOfGateway(door: GatewayDoor): readonly HTMLElement[] {
  const { isAsked, thrown, answer, policyScope, policyBytes } = door
  if (!isAsked) return [h('p', { class: 'note' }, 'The function is not asked.')]
  if (thrown !== null) {
    return [
      titled('The function throws', lines([`Error: ${thrown}`])),
      h('p', { class: 'note' }, KEPT_NOTHING),
    ]
  }
  if (!answer) return []
  if (!('policyDocument' in answer)) return [titled('The function answers', code(answer))]
  const { policyDocument, context, ...rest } = answer
  const size = `${policyBytes ?? 0} bytes, ${policyScope === 'request' ? 'of this request alone' : 'of the whole API'}`
  return [
    titled(`Policy (${size})`, code(policyDocument)),
    titled('Context', code({ ...rest, context })),
  ]
}

const KEPT_NOTHING = 'A function that throws leaves nothing in the result cache.'
