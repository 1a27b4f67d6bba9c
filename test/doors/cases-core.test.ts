import { CASES } from './cases.ts'
import { coreWithAuthRequest, coreWithRequest } from './doors.ts'
import { runCases } from './support/run-cases.ts'

runCases(CASES, [coreWithAuthRequest, coreWithRequest])
