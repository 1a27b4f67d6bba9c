import { CASES } from './cases.ts'
import { workerDoor } from './doors.ts'
import { runCases } from './support/run-cases.ts'

runCases(CASES, [workerDoor])
