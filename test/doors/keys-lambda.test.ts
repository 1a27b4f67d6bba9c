import { lambdaKeys } from './support/lambda-keys.ts'
import { runKeys, runKeysWithBadStore } from './support/run-keys.ts'

runKeys(lambdaKeys)
runKeysWithBadStore(lambdaKeys)
