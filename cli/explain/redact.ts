/** A token's text where people read it: enough to recognise it by, too little to send it. */

const SHOWN = 10
/** A part shorter than this would be half told by its beginning. */
const LEAST = 24

const cut = (part: string): string => (part.length < LEAST ? '…' : `${part.slice(0, SHOWN)}…`)

/** The beginnings of a JWT's first two parts are the same for all; of the rest only the size is told. */
export function redactToken(token: string): string {
  const [header = '', payload, ...rest] = token.split('.', 6)
  const size = `(${token.length} characters)`
  if (payload === undefined || rest.length === 0) {
    return `${token.length < LEAST ? '' : token.slice(0, 4)}… ${size}`
  }
  return [cut(header), cut(payload), ...rest.map(() => '…')].join('.') + ` ${size}`
}

/**
 * The same value with the token's text, and with each part of it that is long enough to be a secret,
 * taken out wherever it stands: a last guard, whatever was put into an explanation.
 */
export function withoutToken<T>(value: T, token: string | null): T {
  if (token === null || token.length < SHOWN) return value
  const parts = token.split('.', 6).slice(2)
  const secrets = [token, ...parts].filter((text) => text.length >= LEAST)
  return replaceIn(value, secrets.length > 0 ? secrets : [token], redactToken(token)) as T
}

function replaceIn(value: unknown, secrets: readonly string[], substitute: string): unknown {
  if (typeof value === 'string') {
    return secrets.reduce((text, secret) => text.replaceAll(secret, () => substitute), value)
  }
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, secrets, substitute))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      replaceIn(name, secrets, substitute),
      replaceIn(item, secrets, substitute),
    ]),
  )
}
