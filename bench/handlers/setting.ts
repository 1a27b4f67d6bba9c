/** What the handlers of peers share: their setting, and the simple answer of an HTTP API. */
interface Setting {
  readonly keys: { readonly keys: Readonly<Record<string, string> & { readonly kty: string }>[] }
  readonly secret: string
  readonly pem: string
  readonly jwksUri: string
  readonly options: {
    readonly issuer: string
    readonly audience: string
    readonly algorithms: string[]
  }
}

export const setting = JSON.parse(process.env['BENCH'] ?? '{}') as Setting

export const answerSimply =
  (verify: (token: string) => Promise<unknown>) =>
  async (event: { readonly headers: { readonly authorization: string } }) => {
    try {
      await verify(event.headers.authorization.slice('Bearer '.length))
      return { isAuthorized: true }
    } catch {
      return { isAuthorized: false }
    }
  }
