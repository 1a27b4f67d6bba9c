/**
 * What issuers other than Auth0 write another way: where a refusal comes of that, the mend names it.
 * Read off a token that nobody may have verified; nothing is decided here.
 */
import { own } from '../../shared/json.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { Deny } from '../../shared/types.ts'
import type { Expecting } from './expect.ts'
import type { Code } from './explanation.ts'
import { readLoosely } from './token.ts'

interface Read {
  /** Of the refusal. */
  readonly hint: string
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What the configuration calls these two. */
  readonly scope: string
  readonly permissions: string
}

type Habit = (read: Read) => string | undefined

/** Where scopes are found elsewhere: Entra and Okta, Okta's and Ory Hydra's list, ForgeRock's. */
const SCOPES = ['scope', 'scp', 'scopes']
const PERMISSIONS = ['permissions', 'scp', 'scope', 'scopes', 'roles']

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')

/** Under the name that is read for scopes, a list is refused: that name has to be another's. */
const asList = (name: string, { scope }: Read): string => {
  const another = name === scope ? ', another claim in `claims.scope`,' : ''
  return `The scopes are a list: name \`${name}\` in \`claims.permissions\`${another} and let routes ask for \`permissions\`.`
}

const unnamedScope: Habit = (read) => {
  const { claims, scope, permissions } = read
  if (Object.hasOwn(claims, scope)) return undefined
  const name = SCOPES.find((one) => one !== permissions && Object.hasOwn(claims, one))
  if (name === undefined) return undefined
  if (isTexts(claims[name])) return asList(name, read)
  return `The token has \`${name}\`: name it in \`claims.scope\`.`
}

const unnamedPermissions: Habit = ({ claims, permissions }) => {
  if (Object.hasOwn(claims, permissions)) return undefined
  const name = PERMISSIONS.find((one) => isTexts(own(claims, one)))
  return name && `The token has \`${name}\`: name it in \`claims.permissions\`.`
}

const HABITS: Readonly<Partial<Record<Code, Habit>>> = {
  wrong_token_type: ({ header }) =>
    Object.hasOwn(header, 'typ')
      ? undefined
      : 'Let the issuer write `typ` into the header, `JWT` or `at+jwt`: a token without it may be of any kind, so it is refused.',
  claim_type_invalid: (read) => {
    const { hint, claims, scope } = read
    const isRefused = hint.includes(`\`${scope}\``) && isTexts(own(claims, scope))
    return isRefused ? asList(scope, read) : undefined
  },
  id_token_used: ({ claims, scope, permissions }) =>
    Object.hasOwn(claims, 'nonce') &&
    [scope, permissions, ...SCOPES].some((name) => Object.hasOwn(claims, name))
      ? 'It has `nonce`, as an ID token does. If it is an access token, let the issuer leave that out: Keycloak does since 25.'
      : undefined,
  insufficient_scope: unnamedScope,
  insufficient_permissions: unnamedPermissions,
}

/** undefined: nothing about the token suggests more than its code says. */
export function mendHabit({ code, hint }: Deny, { text, issuers }: Expecting): string | undefined {
  const [head = '', payload = ''] = text?.split('.', 2) ?? []
  const [header, claims] = [readLoosely(head), readLoosely(payload)]
  const { scopeClaim: scope = 'scope', permissionsClaim: permissions = 'permissions' } =
    issuers[0] ?? {}
  return header && claims && HABITS[code]?.({ hint, header, claims, scope, permissions })
}
