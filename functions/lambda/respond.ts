/** A decision in the words of API Gateway (contract: policy, simple response, or a throw). */
import type {
  APIGatewayAuthorizerResult,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda'
import type { Config } from '../../shared/config/types.ts'
import { own } from '../../shared/json.ts'
import type { Deny } from '../../shared/types.ts'
import { writeIdentity } from '../../shared/wire/identity.ts'
import type { AuthorizerCall } from './event.ts'
import type { Inspection } from './inspect.ts'
import type { Policy } from './policy/source.ts'

type Context = Record<string, string>

export type AuthorizerAnswer =
  APIGatewayAuthorizerResult | APIGatewaySimpleAuthorizerWithContextResult<Context>

/** To the letter: API Gateway answers 401 to this message and 500 to any other. */
const UNAUTHORIZED = 'Unauthorized'
/** Answers that name nobody still need a principal. */
const NOBODY = 'anonymous'

/**
 * What is answered by a throw, because API Gateway must not keep it: 400 and 401, and outages.
 * null: the decision has an answer.
 */
export function errorOf({ decision }: Inspection): Error | null {
  if (decision.outcome === 'unavailable') {
    return new Error(`edge-authorizer: ${decision.code}, the token was not judged`)
  }
  return decision.outcome === 'deny' && decision.status <= 401 ? unauthorized() : null
}

export const unauthorized = (): Error => new Error(UNAUTHORIZED)

export function respondSimple({ decision, trusted }: Inspection): AuthorizerAnswer {
  const refusal = decision.outcome === 'deny' ? decision : null
  return { isAuthorized: refusal === null, context: writeContext(trusted, refusal) }
}

export function respondPolicy(
  { decision, trusted }: Inspection,
  { document }: Policy,
  usageIdentifierClaim: string | undefined,
): AuthorizerAnswer {
  const refusal = decision.outcome === 'deny' ? decision : null
  const usageIdentifier =
    trusted && usageIdentifierClaim ? own(trusted.identity.claims, usageIdentifierClaim) : undefined
  return {
    principalId: trusted?.identity.subject ?? NOBODY,
    policyDocument: document,
    context: writeContext(trusted, refusal),
    ...(typeof usageIdentifier === 'string' && { usageIdentifierKey: usageIdentifier }),
  }
}

/** API Gateway keeps the context with the policy, so it names a trusted caller whatever the verdict. */
function writeContext(trusted: Inspection['trusted'], refusal: Deny | null): Context {
  return {
    ...(trusted && writeIdentity(trusted.identity)),
    ...(refusal && {
      code: refusal.code,
      status: String(refusal.status),
      wwwAuthenticate: refusal.challenges.join(', '),
    }),
  }
}

/** HTTP APIs with payload 2.0 take a yes or no, where they are configured to. */
export const isSimple = ({ kind }: AuthorizerCall, { apiGateway }: Config): boolean =>
  kind === 'http-2.0' && (apiGateway?.httpApiResponse ?? 'simple') === 'simple'
