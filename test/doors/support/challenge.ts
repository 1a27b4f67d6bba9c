/** `WWW-Authenticate`, read strictly (RFC 9110 §11.6.1, RFC 6750 §3). */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

const TOKEN = String.raw`[!#$%&'*+.^_\`|~0-9A-Za-z-]+`
/** What `error_description` and `scope` may hold at most. */
const QUOTED = String.raw`"[\x20\x21\x23-\x5b\x5d-\x7e]*"`
const CHALLENGE = new RegExp(`^(${TOKEN}) (${TOKEN}=${QUOTED}(?:, ${TOKEN}=${QUOTED})*)$`)
const PARAMETER = new RegExp(`(${TOKEN})=(${QUOTED})`, 'g')

/** Throws where a value is anything but one well-formed challenge. */
export function parseChallenge(value: string): Challenge {
  const [, scheme, list = ''] = CHALLENGE.exec(value) ?? []
  if (!scheme) throw new Error(`not a challenge: ${value}`)
  const parameters = [...list.matchAll(PARAMETER)].map(([, name = '', quoted = '']) => [
    name,
    quoted.slice(1, -1),
  ])
  if (new Set(parameters.map(([name]) => name)).size < parameters.length) {
    throw new Error(`a parameter twice: ${value}`)
  }
  return { scheme, parameters: Object.fromEntries(parameters) }
}
