import { buildCommand } from '../../dev/build.ts'

/** The command as it is shipped: its sources would take a second to load, each time. */
export const setup = (): Promise<void> => buildCommand()
