import { workerKeys } from './support/worker-keys.ts'
import { runKeys, runKeysWithBadStore } from './support/run-keys.ts'

runKeys(workerKeys)
runKeysWithBadStore(workerKeys)
