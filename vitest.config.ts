import { defineConfig } from 'vitest/config'

/** One project per kind of ground under a test: `vitest run --project unit` is the quick one. */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['test', 'test/shared/**', 'test/functions/**', 'test/support/**']),
      project('dev', ['test/dev/**']),
      project('cli', ['test/cli/**']),
      project('doors', ['test/doors/**'], { globalSetup: 'test/doors/setup.ts', maxWorkers: 3 }),
      project('deploy', ['test/deploy/**']),
      project('browser', ['test/console/**'], {
        globalSetup: 'test/console/setup.ts',
        // One world, which the tests break in turn.
        maxWorkers: 1,
        fileParallelism: false,
        testTimeout: 60_000,
      }),
    ],
  },
})

function project(name: string, folders: readonly string[], more: object = {}) {
  const include = folders.map((folder) => `${folder}/*.test.ts`)
  return { test: { name, include, testTimeout: 30_000, hookTimeout: 60_000, ...more } }
}
