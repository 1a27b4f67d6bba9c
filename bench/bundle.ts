/** Code of the bench's own, bundled as one would bundle it for the edge. */
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'

const COMMON: BuildOptions = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2024',
  legalComments: 'none',
  logLevel: 'error',
  write: false,
}

const PLATFORMS = {
  worker: {
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser', 'import'],
  },
  lambda: {
    platform: 'node',
    // Peers written for CommonJS ask for Node's modules by `require`.
    banner: {
      js: "import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);",
    },
  },
} as const satisfies Record<string, BuildOptions>

export async function bundle(entry: string, platform: keyof typeof PLATFORMS): Promise<string> {
  const { outputFiles } = await build({
    ...COMMON,
    ...PLATFORMS[platform],
    entryPoints: [entry],
  } as BuildOptions)
  return outputFiles?.[0]?.text ?? ''
}
