import type { Interaction } from 'oidc-provider'

// Plain HTML without script, style sheet or font from elsewhere: these pages must work with no network.

export function renderLogin({ params }: Interaction): string {
  const hint = escapeHtml(String(params['login_hint'] ?? ''))
  return renderPage(
    'Log in',
    `<p>Any name will do: this issuer is for development and knows no passwords.</p>
<label>User <input name="login" value="${hint}" required autofocus></label>
<button name="decision" value="allow">Log in</button>`,
  )
}

export function renderConsent({ params, prompt: { details } }: Interaction): string {
  const scopes = Object.values(details.missingResourceScopes ?? {}).flat()
  const items = [...(details.missingOIDCScope ?? []), ...scopes]
    .map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`)
    .join('')
  return renderPage(
    'Allow access',
    `<p><b>${escapeHtml(String(params['client_id']))}</b> asks for</p><ul>${items}</ul>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>`,
  )
}

function renderPage(title: string, fields: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${title}</title>
<body style="font: 16px system-ui; max-width: 28em; margin: 4em auto">
<h1>${title}</h1>
<form method="post">
${fields}
</form>
</body></html>
`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
}
