import { CASES } from './cases.ts'
import { workerDoor } from './support/worker-door.ts'
import { runCases } from './support/run-cases.ts'

runCases(CASES, [workerDoor])
