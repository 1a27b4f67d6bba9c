import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Fault } from './fault.ts'
import { findRoot } from './root.ts'

type Name = 'worker/index.js' | 'lambda/index.mjs' | `console/${string}`

/** A file that `npm run build` writes. */
export function findBundle(name: Name): string {
  const path = fileURLToPath(new URL(`dist/${name}`, findRoot()))
  if (existsSync(path)) return path
  throw new Fault(`dist/${name} is missing. Build it first:\n\n  npm run build`)
}
