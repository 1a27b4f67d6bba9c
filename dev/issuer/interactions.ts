import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { errors, type Grant, type Interaction, type Provider } from 'oidc-provider'
import { renderConsent, renderLogin } from './pages.ts'

const PREFIX = '/interaction/'

export function interactionPath(uid: string): string {
  return PREFIX + uid
}

export function isInteraction(path: string): boolean {
  return path.startsWith(PREFIX)
}

/** The login and consent pages: GET shows the form that the pending prompt needs, POST takes it. */
export async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const interaction = await provider.interactionDetails(request, response)
    if (request.method === 'POST') await submit(provider, interaction, request, response)
    else show(interaction, response)
  } catch (error) {
    // A protocol error is the reader's to mend: the session cookie is missing or old, say.
    const known = error instanceof errors.OIDCProviderError
    const reason = known ? (error.error_description ?? error.message) : String(error)
    response.writeHead(known ? 400 : 500, { 'content-type': 'text/plain' }).end(reason)
  }
}

function show(interaction: Interaction, response: ServerResponse): void {
  const page =
    interaction.prompt.name === 'login' ? renderLogin(interaction) : renderConsent(interaction)
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(page)
}

async function submit(
  provider: Provider,
  interaction: Interaction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await text(request))
  await provider.interactionFinished(request, response, await judge(provider, interaction, form))
}

async function judge(provider: Provider, interaction: Interaction, form: URLSearchParams) {
  if (form.get('decision') === 'deny') {
    return { error: 'access_denied', error_description: 'the user said no' }
  }
  if (interaction.prompt.name === 'login') {
    return { login: { accountId: form.get('login') ?? '' } }
  }
  const grant = await openGrant(provider, interaction)
  grantMissing(grant, interaction)
  return { consent: { grantId: await grant.save() } }
}

async function openGrant(provider: Provider, interaction: Interaction): Promise<Grant> {
  const known = interaction.grantId ? await provider.Grant.find(interaction.grantId) : undefined
  const accountId = interaction.session?.accountId ?? ''
  const clientId = String(interaction.params['client_id'])
  return known ?? new provider.Grant({ accountId, clientId })
}

function grantMissing(grant: Grant, { prompt: { details } }: Interaction): void {
  if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope.join(' '))
  if (details.missingOIDCClaims) grant.addOIDCClaims(details.missingOIDCClaims)
  for (const [resource, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '))
  }
}
