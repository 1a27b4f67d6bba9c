import type { Header } from './request.ts'

/** An HTTP answer before it meets the socket. */
export interface Reply {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: string | Buffer
}
