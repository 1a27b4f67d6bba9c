/**
 * `npm start`: the built Worker and the built Lambda function on this machine, in front of a sample
 * API, judging tokens of an OpenID provider that runs here too. No account, no network.
 */
import { setTimeout } from 'node:timers/promises'
import rules from '../authorizer.config.ts'
import { renderBanner, type Addresses } from './banner.ts'
import { casesFor } from './cases.ts'
import { Fault } from './fault.ts'
import { createFeed } from './feed.ts'
import { startGateways } from './gateways.ts'
import { localRules, localSecrets, startIssuers } from './issuers.ts'
import { loadFunction } from './lambda.ts'
import { assertFree, planPorts, readFirstPort, type Ports } from './ports.ts'
import { startTokens } from './tokens.ts'
import { startUpstream } from './upstream.ts'
import { startWorker } from './worker.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** What takes longer to close ends with the process. */
const CLOSE_MS = 2000

interface Running {
  readonly addresses: Addresses
  close(): Promise<unknown>
}

async function startAll(ports: Ports): Promise<Running> {
  const feed = createFeed((line) => write(`${line}\n`))
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
  const parts = [worker, gateways, upstream, tokens, issuers]
  return {
    addresses: {
      ...gateways.urls,
      worker: worker.origin,
      issuer: issuers.issuer.issuer,
      tokens: tokens.origin,
      upstream: upstream.origin,
    },
    close: () => Promise.allSettled(parts.map((part) => part.close())),
  }
}

const write = (text: string): void => void process.stdout.write(text)

/** A part that is still starting, or does not want to close, ends with the process. */
async function stop(running: Promise<Running>): Promise<never> {
  write('\n')
  const started = await Promise.race([running, null])
  await Promise.race([started?.close(), setTimeout(CLOSE_MS)])
  process.exit(0)
}

async function main(): Promise<void> {
  const ports = planPorts(readFirstPort(process.argv.slice(2), process.env))
  await assertFree(ports)
  const running = startAll(ports)
  let stopping: Promise<never> | null = null
  const stopOnce = () => void (stopping ??= stop(running))
  for (const signal of SIGNALS) process.on(signal, stopOnce)
  // Nobody reads on, as with `npm start | head`.
  process.stdout.on('error', stopOnce)
  const { addresses } = await running
  write(renderBanner(addresses, casesFor(rules)))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Fault ? `\n${error.message}\n` : error)
  process.exit(1)
}
