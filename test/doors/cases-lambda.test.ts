import { CASES } from './cases.ts'
import { lambdaDoors } from './support/lambda-door.ts'
import { runCases } from './support/run-cases.ts'

runCases(CASES, lambdaDoors)
