/** Both front doors on this machine, once, for one configuration; a change of it needs another run. */
import { renderBanner } from '../../dev/banner.ts'
import { casesFor } from '../../dev/cases.ts'
import { startEverything } from '../../dev/everything.ts'
import { Fault } from '../../dev/fault.ts'
import { assertFree, planPorts, readFirstPort } from '../../dev/ports.ts'
import { EXIT } from '../exit.ts'
import type { ExitCode } from '../exit.ts'
import { CliFault } from '../fault.ts'
import { loadConfig } from '../load/config.ts'

/** What takes longer to close ends with the process. */
const CLOSE_MS = 2000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export async function runDoors(configPath: string, port: string | undefined): Promise<ExitCode> {
  const { config } = await loadConfig(configPath)
  const write = (text: string) => void process.stdout.write(text)
  const end = awaitEnd()
  try {
    const ports = planPorts(readFirstPort(port === undefined ? [] : ['--port', port], process.env))
    await assertFree(ports)
    const running = await Promise.race([startEverything(config, ports, write), end.ended])
    if (running) {
      write(renderBanner(running.addresses, casesFor(config)))
      await end.ended
      await Promise.race([running.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))])
    }
  } catch (error) {
    end.ignore()
    // What a part that failed left open keeps the process no longer than this.
    setTimeout(() => process.exit(), CLOSE_MS).unref()
    throw error instanceof Fault ? inWordsOfOurs(error) : error
  }
  process.exit(EXIT.ok)
}

/** `ignore`: a signal ends the process again, and nothing keeps it for the sake of one. */
function awaitEnd() {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  for (const signal of SIGNALS) process.on(signal, end)
  process.stdout.on('error', end)
  process.on('disconnect', end)
  return {
    ended,
    ignore() {
      for (const name of [...SIGNALS, 'disconnect']) process.off(name, end)
    },
  }
}

function inWordsOfOurs({ message }: Fault): CliFault {
  const [first = '', ...mend] = message
    .replaceAll('npm start -- ', 'edge-authorizer dev ')
    .split('\n')
  const [text = ''] = mend.join(' ').trim().split('Usage:')
  return new CliFault(first, text || 'Choose another port, for example --port 8887.')
}
