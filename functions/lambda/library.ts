/** `edge-authorizer/lambda`: the handler for a function of one's own. */
export { createHandler } from './authorizer.ts'
export type { Handler } from './authorizer.ts'
export type { GatewayEvent } from './event.ts'
export type { AuthorizerAnswer } from './respond.ts'
export { tableStore } from './stores.ts'
export type { Credentials, TableOptions } from './stores.ts'
