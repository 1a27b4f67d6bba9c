/**
 * The Web standard surface the core may touch, and no more: what Workers, Node, Deno, Bun and every
 * other edge runtime share. `shared/` is compiled with `types: []`, so a name that is missing here
 * is a name that does not exist.
 */

declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(input?: Uint8Array, options?: { stream?: boolean }): string
}

declare class URL {
  constructor(url: string)
  static canParse(url: string): boolean
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly origin: string
  readonly pathname: string
  readonly search: string
  readonly hash: string
  readonly username: string
  readonly password: string
}

declare class URLSearchParams {
  constructor(init?: string | readonly (readonly string[])[])
  has(name: string): boolean
  getAll(name: string): string[]
  toString(): string
}

interface AbortSignal {
  readonly aborted: boolean
}

declare const AbortSignal: { timeout(milliseconds: number): AbortSignal }

interface Headers {
  get(name: string): string | null
}

interface ReadableStreamReader {
  read(): Promise<{ value?: Uint8Array }>
  cancel(): Promise<void>
}

declare class Request {
  readonly method: string
  readonly url: string
  readonly headers: Headers
}

interface Response {
  readonly status: number
  readonly headers: Headers
  readonly body: { getReader(): ReadableStreamReader } | null
}

interface RequestInit {
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: string
  redirect?: 'manual'
  signal?: AbortSignal
}

declare function fetch(url: string, init?: RequestInit): Promise<Response>

interface CryptoKey {
  readonly type: string
  readonly algorithm: { readonly name: string }
}

interface SignatureParameters {
  readonly name: string
  readonly hash?: string
  readonly saltLength?: number
}

declare const crypto: {
  randomUUID(): string
  getRandomValues(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
  readonly subtle: {
    digest(algorithm: string, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>
    importKey(
      format: 'raw',
      key: Uint8Array,
      algorithm: SignatureParameters,
      extractable: boolean,
      usages: readonly string[],
    ): Promise<CryptoKey>
    sign(algorithm: string, key: CryptoKey, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>
    verify(
      algorithm: string | SignatureParameters,
      key: CryptoKey,
      signature: Uint8Array<ArrayBuffer>,
      data: Uint8Array<ArrayBuffer>,
    ): Promise<boolean>
    encrypt(
      algorithm: { name: string; iv: Uint8Array<ArrayBuffer> },
      key: CryptoKey,
      data: Uint8Array<ArrayBuffer>,
    ): Promise<ArrayBuffer>
    decrypt(
      algorithm: { name: string; iv: Uint8Array<ArrayBuffer> },
      key: CryptoKey,
      data: Uint8Array<ArrayBuffer>,
    ): Promise<ArrayBuffer>
  }
}

declare function atob(text: string): string
declare function btoa(text: string): string
declare function setTimeout(callback: () => void, milliseconds: number): unknown
declare function clearTimeout(timer: unknown): void
