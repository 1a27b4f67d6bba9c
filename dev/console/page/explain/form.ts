/** The question: a token and a request. Whatever changes is asked at once. */
import type { ExplainQuestion } from '../../api.ts'
import type { Shared } from '../state.ts'
import { linkSend } from './send.ts'
import { createFields, layOut } from './fields.ts'
import { readHeaders, readPaste } from './paste.ts'
import { createRequestPicker } from './request.ts'
import { createTokenPicker } from './token.ts'

const SETTLE_MS = 180

export interface Form {
  readonly element: HTMLElement
  read(): Omit<ExplainQuestion, 'clockSeconds'>
  open(sample: string, method: string, path: string): Promise<void>
}

export function createForm(shared: Shared, changed: () => void): Form {
  const fields = createFields()
  let timer = 0
  const told = {
    now: changed,
    later() {
      clearTimeout(timer)
      timer = setTimeout(changed, SETTLE_MS)
    },
  }
  const tokens = createTokenPicker(shared, fields, told)
  const requests = createRequestPicker(shared.common.world.routes, fields, told)
  const read = () => ({
    token: readPaste(fields.token.value),
    method: fields.method.value,
    target: fields.path.value || '/',
    headers: readHeaders(fields.headers.value),
  })
  linkSend(shared, fields, read)
  return {
    element: layOut(fields, tokens.chips, requests.list, changed),
    read,
    async open(sample, method, path) {
      requests.set(method, path)
      await tokens.take(sample)
    },
  }
}
