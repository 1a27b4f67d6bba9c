import { defineConfig } from 'vitest/config'

/** One project per kind of ground under a test: `vitest run --project unit` is the quick one. */
export default defineConfig({
  test: {
    // Most of them wait: for a child process, a socket, a clock that cannot be moved. On a machine
    // that is busy otherwise such a wait may end too late once, hence the second try.
    maxWorkers: 3,
    projects: [
      project('unit', [
        'test',
        'test/shared/**',
        'test/functions/**',
        'test/support/**',
        'test/cli/lint/**',
        'test/cli/routes/**',
      ]),
      project('dev', ['test/dev/**']),
      project('cli', ['test/cli'], { globalSetup: 'test/cli/setup.ts' }),
      project('doors', ['test/doors/**', 'test/contract'], {
        globalSetup: 'test/doors/setup.ts',
      }),
      project('deploy', ['test/deploy/**']),
    ],
  },
})

function project(name: string, folders: readonly string[], more: object = {}) {
  const include = folders.map((folder) => `${folder}/*.test.ts`)
  const patience = { testTimeout: 30_000, hookTimeout: 60_000, retry: name === 'unit' ? 0 : 1 }
  return { test: { name, include, ...patience, ...more } }
}
