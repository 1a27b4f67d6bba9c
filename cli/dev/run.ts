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
  try {
    const ports = planPorts(readFirstPort(port === undefined ? [] : ['--port', port], process.env))
    await assertFree(ports)
    const ended = new Promise<void>((resolve) => {
      for (const signal of SIGNALS) process.on(signal, () => resolve())
      process.stdout.on('error', () => resolve())
      process.on('disconnect', () => resolve())
    })
    const running = await Promise.race([startEverything(config, ports, write), ended])
    if (running) {
      write(renderBanner(running.addresses, casesFor(config)))
      await ended
      await Promise.race([running.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))])
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const [message = '', ...mend] = error.message
      .replaceAll('npm start -- ', 'edge-authorizer dev ')
      .split('\n')
    throw new CliFault(message, mend.join(' ').trim() || 'Choose others with --port.')
  }
  process.exit(EXIT.ok)
}
