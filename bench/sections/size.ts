/** What is shipped, beside what a bare authorizer on each peer would ship. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import budget from '../budget.json' with { type: 'json' }
import { bundle } from '../bundle.ts'
import { SIZE } from '../names.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'
import type { Cell } from '../table.ts'

const PEERS: Readonly<Record<string, string>> = {
  'jose, key set at hand': 'jose',
  'jose, key set fetched': 'jose-remote',
  'aws-jwt-verify': 'aws-jwt-verify',
  'fast-jwt': 'fast-jwt',
  'hono app + jwk': 'hono',
  'express-oauth2-jwt-bearer': 'express',
}

export const size: Section = {
  name: 'size',
  async run({ tell }) {
    tell('bundles')
    const cells = [
      ...describe(SIZE.worker, readFileSync(budget.worker.file), budget.worker.gzipBytes),
      ...describe(SIZE.lambda, readFileSync(budget.lambda.file), budget.lambda.gzipBytes),
    ]
    for (const [row, name] of Object.entries(PEERS)) {
      cells.push(...describe(row, Buffer.from(await bundle(`bench/handlers/${name}.ts`, 'lambda'))))
    }
    const frame = {
      name: 'size',
      title: 'Size of one function',
      unit: 'bytes',
      corner: 'function',
      note: 'Ours are whole; a bare authorizer on a peer has no routes, rules, key tiers or policies yet.',
    } as const
    return [layOut(frame, cells)]
  },
}

const describe = (row: string, code: Buffer, most?: number): readonly Cell[] => [
  { row, column: SIZE.minified, rounds: [code.length] },
  { row, column: SIZE.gzip, rounds: [gzipSync(code, { level: 9 }).length] },
  ...(most === undefined ? [] : [{ row, column: SIZE.budget, rounds: [most] }]),
]
