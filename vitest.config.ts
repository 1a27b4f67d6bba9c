import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'
import { CASES_MS, PATIENCE_MS, TEST_MS } from './test/support/patience.ts'

/** The files that share a world come by name, so that the one which breaks it comes last. */
class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isShared = ({ project }: TestSpecification) => project.name === 'browser'
    const shared = sorted.filter(isShared)
    shared.sort((one, other) => (one.moduleId < other.moduleId ? -1 : 1))
    return [...sorted.filter((file) => !isShared(file)), ...shared]
  }
}

const BUILT = 'test/support/built.ts'

/** What never ends does not end the second time either, and is not waited for twice. */
const RETRY = { count: 1, condition: /^(?!(?:Test|Hook) timed out)/ }

/** One project per kind of ground under a test: `vitest run --project unit` is the quick one. */
export default defineConfig({
  test: {
    // Most of them wait: for a child process, a socket, a limit of the product in milliseconds. On a
    // machine that is busy otherwise such a wait may end too late once, hence the second try.
    maxWorkers: 3,
    // Else the end of a world is cut off, and its processes live on.
    teardownTimeout: PATIENCE_MS,
    sequence: { sequencer: Sequencer },
    projects: [
      project('unit', [
        'test',
        'test/shared/**',
        'test/functions/**',
        'test/support/**',
        'test/cli/lint/**',
        'test/cli/routes/**',
      ]),
      project('dev', ['test/dev/**'], { globalSetup: BUILT }),
      project('cli', ['test/cli'], { globalSetup: BUILT }),
      project('doors', ['test/doors/**', 'test/contract'], { globalSetup: BUILT }),
      project('deploy', ['test/deploy/**'], { globalSetup: BUILT }),
      project('browser', ['test/console/**'], {
        globalSetup: [BUILT, 'test/console/setup.ts'],
        // One world, which the tests break in turn.
        fileParallelism: false,
      }),
    ],
  },
})

function project(name: string, folders: readonly string[], more: object = {}) {
  const include = folders.map((folder) => `${folder}/*.test.ts`)
  const isQuick = name === 'unit'
  const limit = isQuick ? CASES_MS : TEST_MS
  const patience = {
    testTimeout: limit,
    hookTimeout: limit,
    expect: { poll: { timeout: PATIENCE_MS } },
    retry: isQuick ? 0 : RETRY,
  }
  return { test: { name, include, ...patience, ...more } }
}
