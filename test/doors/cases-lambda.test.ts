import { CASES } from './cases.ts'
import { lambdaDoors } from './doors.ts'
import { runCases } from './support/run-cases.ts'

runCases(CASES, lambdaDoors)
