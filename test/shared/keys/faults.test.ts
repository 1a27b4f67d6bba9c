import { beforeEach, vi } from 'vitest'
import { answers } from './faults/answers.ts'
import { clocks } from './faults/clocks.ts'
import { floods } from './faults/floods.ts'
import { outages } from './faults/outages.ts'
import { poison } from './faults/poison.ts'
import { rotation } from './faults/rotation.ts'
import { starts } from './faults/starts.ts'
import { tiers } from './faults/tiers.ts'
import { describeFaults } from './faults/table.ts'

/** Lots as they fall, but the same ones each time. */
beforeEach(() => {
  let last = 1
  vi.spyOn(Math, 'random').mockImplementation(() => {
    last = (last * 48_271) % 2_147_483_647
    return last / 2_147_483_647
  })
})

describeFaults([
  ...starts,
  ...rotation,
  ...outages,
  ...floods,
  ...answers,
  ...tiers,
  ...clocks,
  ...poison,
])
