/** What is shipped, beside what a bare authorizer on each peer would ship. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'
import { LAMBDA, WORKER } from '../../dev/build.ts'
import budget from '../budget.json' with { type: 'json' }
import { bundle } from '../bundle.ts'
import { BYTES, SIZE } from '../names.ts'
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
    return [layOut(frame, cells), layOut(BYTES_FRAME, await attribute())]
  },
}

const BYTES_FRAME = {
  name: 'bytes',
  title: 'What the bytes of a function are for',
  unit: 'bytes',
  corner: 'part',
  note: 'Minified, before compression. A configuration may ask for any of it when the function starts.',
} as const

async function attribute(): Promise<readonly Cell[]> {
  const worker = await measureFiles(WORKER)
  const lambda = await measureFiles(LAMBDA)
  return Object.keys(BYTES.parts).flatMap((row) => [
    { row, column: BYTES.columns.worker, rounds: [worker.get(row) ?? 0] },
    { row, column: BYTES.columns.lambda, rounds: [lambda.get(row) ?? 0] },
  ])
}

/** Part → bytes of the files that are for it. */
async function measureFiles(options: BuildOptions): Promise<ReadonlyMap<string, number>> {
  const { metafile } = await build({ ...options, minify: true, metafile: true })
  const sum = new Map<string, number>()
  for (const { inputs } of Object.values(metafile?.outputs ?? {})) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const [part = file] = Object.entries(BYTES.parts).find(([, files]) => files.test(file)) ?? []
      sum.set(part, (sum.get(part) ?? 0) + bytesInOutput)
    }
  }
  return sum
}

const describe = (row: string, code: Buffer, most?: number): readonly Cell[] => [
  { row, column: SIZE.minified, rounds: [code.length] },
  { row, column: SIZE.gzip, rounds: [gzipSync(code, { level: 9 }).length] },
  ...(most === undefined ? [] : [{ row, column: SIZE.budget, rounds: [most] }]),
]
