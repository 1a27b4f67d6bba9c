/**
 * `npm start`: the built Worker and the built Lambda function on this machine, in front of a sample
 * API, judging tokens of an OpenID provider that runs here too. No account, no network.
 */
import { setTimeout } from 'node:timers/promises'
import rules from '../authorizer.config.ts'
import { renderBanner } from './banner.ts'
import { casesFor } from './cases.ts'
import { startEverything, type Everything } from './everything.ts'
import { Fault } from './fault.ts'
import { assertFree, planPorts, readFirstPort } from './ports.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** What takes longer to close ends with the process. */
const CLOSE_MS = 2000

const write = (text: string): void => void process.stdout.write(text)

/** A part that is still starting, or does not want to close, ends with the process. */
async function stop(running: Promise<Everything>): Promise<never> {
  write('\n')
  const started = await Promise.race([running, null])
  await Promise.race([started?.close(), setTimeout(CLOSE_MS)])
  process.exit(0)
}

async function main(): Promise<void> {
  const ports = planPorts(readFirstPort(process.argv.slice(2), process.env))
  await assertFree(ports)
  const running = startEverything(rules, ports, write)
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
