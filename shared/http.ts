/** The default `Http` port: the platform's `fetch`, bounded in time and size. */
import type { Http } from './ports.ts'

export const fetchHttp: Http = async ({ url, timeoutMs, maxBytes, ...init }) => {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    const text = await readText(response, maxBytes)
    const { status, headers } = response
    return text === undefined ? 'too_large' : { status, header: (name) => headers.get(name), text }
  } catch {
    return signal.aborted ? 'timeout' : 'network'
  }
}

/** Read piece by piece, so that a giant answer costs no more than the bound; undefined for one. */
async function readText({ body }: Response, maxBytes: number): Promise<string | undefined> {
  if (!body) return ''
  const reader = body.getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  for (let size = 0; size <= maxBytes;) {
    const { value } = await reader.read()
    if (!value) return text + decoder.decode()
    size += value.length
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  return undefined
}
