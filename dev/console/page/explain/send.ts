/** Explained is one thing; the doors that run here can be asked as well. */
import type { SendQuestion } from '../../api.ts'
import { h } from '../dom.ts'
import { ask } from '../http.ts'
import type { Shared } from '../state.ts'
import { moodOf, signOf } from '../verdict.ts'
import type { Fields } from './fields.ts'

export function linkSend(
  { trouble }: Shared,
  { send, sent, token, method, path }: Fields,
  read: () => SendQuestion,
): void {
  const forget = () => sent.replaceChildren()
  for (const field of [token, method, path]) field.addEventListener('input', forget)
  send.addEventListener('click', () => {
    forget()
    ask('send', read()).then(
      (answers) => {
        trouble(null)
        sent.replaceChildren(...answers.map(({ title, status }) => renderAnswer(title, status)))
      },
      () => trouble('It could not be sent.'),
    )
  })
}

function renderAnswer(title: string, status: number | null): HTMLElement {
  const mood = moodOf(status)
  return h('li', {}, title, h('b', { class: mood }, signOf(mood), String(status ?? 'none')))
}
