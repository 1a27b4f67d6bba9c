import { coreWithAuthRequest, coreWithRequest } from './support/core-door.ts'
import type { Door } from './support/door.ts'
import { gatewayDoors } from './support/gateway-door.ts'
import { lambdaDoors } from './support/lambda-door.ts'
import { workerDoor } from './support/worker-door.ts'

export const DOORS: readonly Door[] = [
  coreWithAuthRequest,
  coreWithRequest,
  workerDoor,
  ...lambdaDoors,
  ...gatewayDoors,
]
