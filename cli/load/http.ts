/** Requests to issuers; where one takes long, the user is told who is waited for. */
import { fetchHttp } from '../../shared/http.ts'
import type { Http } from '../../shared/ports.ts'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'

/** Below this nobody notices. */
const NOTICE_MS = 400

export const watchedHttp =
  (terminal: Terminal, http: Http = fetchHttp): Http =>
  async (request) => {
    const seconds = request.timeoutMs / 1000
    const tell = () =>
      terminal.progress(`waiting for ${printable(request.url)} (${seconds} s at most) …`)
    const timer = setTimeout(tell, NOTICE_MS)
    try {
      return await http(request)
    } finally {
      clearTimeout(timer)
      terminal.progress(null)
    }
  }
