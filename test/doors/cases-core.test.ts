import { CASES } from './cases.ts'
import { coreWithAuthRequest, coreWithRequest } from './support/core-door.ts'
import { runCases } from './support/run-cases.ts'

runCases(CASES, [coreWithAuthRequest, coreWithRequest])
