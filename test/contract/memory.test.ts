import { createMemoryStore } from '../doors/support/core-keys.ts'
import { runStore } from './store.ts'

runStore('of the tests', async () => {
  const down = createMemoryStore()
  down.break('throws')
  return { store: createMemoryStore(), broken: { 'that is down': down }, close: async () => {} }
})
