import { startTable, type Table } from './dynamodb.ts'
import { buildEvent } from './events.ts'
import {
  configOf,
  type Instance,
  type InstanceOptions,
  type KeyDoor,
  type SharedTier,
} from './key-door.ts'
import { decisionOf, startLambda, type Invocation } from './lambda-environment.ts'

const tables = new WeakMap<SharedTier, Table>()

/** The built function; each environment is a thread, whose clock can be moved. */
export const lambdaKeys: KeyDoor = {
  name: 'Lambda',
  renewsBehind: false,
  outage: 'throws',
  async createTier() {
    const table = await startTable()
    const tier: SharedTier = { name: table.name, break: table.break, close: table.close }
    tables.set(tier, table)
    return tier
  },
  start: startEnvironment,
}

async function startEnvironment(options: InstanceOptions): Promise<Instance> {
  const table = options.tier && tables.get(options.tier)
  const environment = await startLambda({
    AUTHORIZER_CONFIG: JSON.stringify(configOf(options)),
    ...table?.environment,
  })
  return {
    async ask(token) {
      const headers = [['Authorization', `Bearer ${token}`]] as const
      const invocation = await environment.invoke(buildEvent('rest-request', { headers }))
      const { code, keyTier } = decisionOf(invocation.lines)
      return { verdict: code ?? 'allow', tier: keyTier, answer: answerOf(invocation) }
    },
    advance: async (seconds) => environment.moveClock(seconds),
    close: environment.close,
  }
}

function answerOf(invocation: Invocation) {
  if (invocation.type === 'answered') return 'answers'
  return invocation.error.message === 'Unauthorized' ? 'throws Unauthorized' : 'throws'
}
