/** Where it was measured, as far as it matters for the figures; nothing that names the machine. */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

export interface Machine {
  readonly processor: string
  readonly processors: number
  readonly platform: string
  readonly versions: Readonly<Record<string, string>>
}

const PACKAGES = [
  'jose',
  'aws-jwt-verify',
  'fast-jwt',
  'express-oauth2-jwt-bearer',
  'hono',
  'workerd',
  'esbuild',
]

export function describeMachine(): Machine {
  const { node, v8, openssl } = process.versions
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    versions: {
      Node: node,
      V8: v8,
      OpenSSL: openssl,
      ...Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    },
  }
}

function versionOf(name: string): string {
  const text = readFileSync(
    new URL(`../node_modules/${name}/package.json`, import.meta.url),
    'utf8',
  )
  const { version } = JSON.parse(text) as { version: string }
  return version
}
