/** `edge-authorizer/worker`: the guard and its stores, for a Worker of one's own. */
export { createGuard } from './guard.ts'
export type { Guard } from './guard.ts'
export type { WorkerEnv } from './environment.ts'
export { cacheStore, kvStore } from './stores.ts'
