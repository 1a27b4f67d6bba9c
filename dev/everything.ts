import type { Config } from '../shared/config/types.ts'
import type { Addresses } from './banner.ts'
import { createHub } from './console/hub.ts'
import { startConsole } from './console/server.ts'
import { createFeed } from './feed.ts'
import { startGateways } from './gateways.ts'
import { localRules, localSecrets, startIssuers } from './issuers.ts'
import { loadFunction } from './lambda.ts'
import type { Ports } from './ports.ts'
import { startTokens } from './tokens.ts'
import { startUpstream } from './upstream.ts'
import { startWorker } from './worker.ts'

/** Both front doors, an issuer, tokens and an upstream, all on loopback. */
export interface Everything {
  readonly addresses: Addresses
  close(): Promise<unknown>
}

/** `rules`: as written; the issuers they trust here are local ones. `write` takes the feed. */
export async function startEverything(
  rules: Config,
  ports: Ports,
  write: (text: string) => void,
): Promise<Everything> {
  const hub = createHub(createFeed((line) => write(`${line}\n`)))
  const { feed } = hub
  const issuers = await startIssuers(rules, ports.issuer)
  const local = localRules(rules, issuers)
  const settings = { AUTHORIZER_CONFIG: JSON.stringify(local), ...localSecrets(issuers) }
  const authorizer = await loadFunction(settings)
  const upstream = await startUpstream()
  const variables = { ...settings, UPSTREAM_URL: upstream.origin }
  const [worker, gateways, tokens] = await Promise.all([
    startWorker({ port: ports.worker, variables, feed }),
    startGateways({ ports, rules: local, authorizer, feed }),
    startTokens({ port: ports.tokens, ...issuers }),
  ])
  const addresses = {
    ...gateways.urls,
    worker: worker.origin,
    issuer: issuers.issuer.issuer,
    tokens: tokens.origin,
    upstream: upstream.origin,
  }
  const { issuer } = issuers
  const console = await startConsole({
    port: ports.console,
    rules: local,
    environment: localSecrets(issuers),
    addresses,
    hub,
    issuer,
    worker,
    authorizer,
  })
  const parts = [console, worker, gateways, upstream, tokens, issuers]
  return {
    addresses: { ...addresses, console: console.origin },
    close: () => Promise.allSettled(parts.map((part) => part.close())),
  }
}
