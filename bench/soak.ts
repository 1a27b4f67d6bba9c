/**
 * `npm run soak`: both doors under load while their issuer slows, fails, hangs, goes away, comes back
 * and rotates its keys. `--minutes 3`, at most 10; `--rate 150`, requests a second at each door. Fails
 * on a wrong verdict, on a 5xx for a good token, and on memory that grows.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startScriptedIssuer } from '../test/support/scripted-issuer.ts'
import { openGateway, openWorker } from './soak/doors.ts'
import { startLoad } from './soak/load.ts'
import { describeMemory, readMemory, type Sample } from './soak/memory.ts'
import { PHASES } from './soak/phases.ts'
import { createRecord, writeReport } from './soak/report.ts'
import { createTokens } from './soak/tokens.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '3' }, rate: { type: 'string', default: '150' } },
})
const minutes = Math.min(Math.max(Number(values.minutes) || 3, 1), 10)
const perSecond = Math.min(Math.max(Number(values.rate) || 150, 1), 500)

/** Short, so that a minute holds many renewals; the longest outage is shorter than staleness. */
const KEYS = { freshSeconds: 2, staleSeconds: 60, cooldownSeconds: 1 }

const issuer = await startScriptedIssuer()
const tokens = createTokens(issuer)
const config = {
  issuers: [{ issuer: issuer.issuer, audience: issuer.audience }],
  routes: { 'GET /a': { scopes: 'read:a' } },
  keys: KEYS,
  log: 'none',
}
const [worker, gateway] = await Promise.all([openWorker(config), openGateway(config)])
const doors = [worker, gateway]
const record = createRecord()
const loads = doors.map((door) =>
  startLoad(door, tokens, perSecond, (answered) => record.add(door, answered)),
)
const memory: Sample[] = []
const sample = async () => {
  const [guard, lambda] = [await worker.heap(), await gateway.heap()]
  memory.push({ ...readMemory(), guard, function: lambda })
}

for (let minute = 1; minute <= minutes; minute += 1) {
  for (const phase of PHASES) {
    process.stdout.write(`minute ${minute}: ${phase.name}`)
    record.begin(phase)
    const undo = await phase.begin(issuer, tokens)
    await sleep(phase.seconds * 1000)
    await sample()
    process.stdout.write(` (${describeMemory(memory.at(-1))})\n`)
    record.asked(issuer.requests.log.length)
    issuer.requests.clear()
    await undo?.()
  }
}

await Promise.all(loads.map((load) => load.stop()))
await Promise.all([...doors, issuer].map((one) => one.close()))
process.exitCode = (await writeReport(record, memory, { minutes, perSecond })) ? 0 : 1
