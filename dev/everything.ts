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

interface Part {
  close(): Promise<unknown>
}

/** `rules`: as written; the issuers they trust here are local ones. `write` takes the feed. */
export async function startEverything(
  rules: Config,
  ports: Ports,
  write: (text: string) => void,
): Promise<Everything> {
  const parts: Promise<Part>[] = []
  const keep: Keep = (part) => {
    parts.unshift(part)
    return part
  }
  const close = () => Promise.allSettled(parts.map(async (part) => (await part).close()))
  try {
    return { addresses: await startParts({ rules, ports, write }, keep), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The part is closed with the others, once it has started. */
type Keep = <T extends Part>(part: Promise<T>) => Promise<T>

interface Wanted {
  readonly rules: Config
  readonly ports: Ports
  readonly write: (text: string) => void
}

async function startParts({ rules, ports, write }: Wanted, keep: Keep): Promise<Addresses> {
  const hub = createHub(createFeed((line) => write(`${line}\n`)))
  const { feed } = hub
  const issuers = await keep(startIssuers(rules, ports.issuer))
  const local = localRules(rules, issuers)
  const settings = { AUTHORIZER_CONFIG: JSON.stringify(local), ...localSecrets(issuers) }
  const authorizer = await loadFunction(settings)
  const upstream = await keep(startUpstream())
  const variables = { ...settings, UPSTREAM_URL: upstream.origin }
  const [worker, gateways, tokens] = await Promise.all([
    keep(startWorker({ port: ports.worker, variables, feed })),
    keep(startGateways({ ports, rules: local, authorizer, feed })),
    keep(startTokens({ port: ports.tokens, ...issuers })),
  ])
  const addresses = {
    ...gateways.urls,
    worker: worker.origin,
    issuer: issuers.issuer.issuer,
    tokens: tokens.origin,
    upstream: upstream.origin,
  }
  const { issuer } = issuers
  const environment = localSecrets(issuers)
  const parts = { rules: local, environment, addresses, hub, issuer, worker, authorizer }
  const console = await keep(startConsole({ port: ports.console, ...parts }))
  return { ...addresses, console: console.origin }
}
