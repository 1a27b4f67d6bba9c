import { CASES_OF_CARRIAGE } from './cases.ts'
import { gatewayDoors } from './support/gateway-door.ts'
import { runCases } from './support/run-cases.ts'

runCases(CASES_OF_CARRIAGE, gatewayDoors)
