/** The deployed function. A wrong configuration throws here, at load, with every fault in it. */
import config from '../../authorizer.config.ts'
import { createHandler } from './authorizer.ts'

export const handler = createHandler(config, process.env)
