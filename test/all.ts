/**
 * `npm test`: every check a change has to pass, in the order in which they fail fastest. Counts each
 * of the tools as one check and each test as one; the last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'

const REPORT = '.build/tests.json'
/** With the installation before it the gate ends within half an hour, whatever hangs or spins. */
const ALL_MS = 25 * 60_000

interface Counts {
  readonly passed: number
  readonly failed: number
}

const TOOLS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['build', 'node', 'dev/build.ts'],
  ['types', 'tsc', '-b'],
  ['lint', 'oxlint'],
]

function run(command: string, args: readonly string[]): boolean {
  const timeout = Math.max(1, Math.ceil(ALL_MS - performance.now()))
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', timeout })
  if (error) process.stdout.write(`${error.message}\n`)
  return status === 0
}

function runTool([name, command, ...args]: (typeof TOOLS)[number]): Counts {
  process.stdout.write(`\n── ${name}\n`)
  const passed = run(command, args)
  process.stdout.write(passed ? 'ok\n' : `${name} failed\n`)
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** A run that ends without a report, or fails beside its tests, is a failure of its own. */
function runTests(): Counts {
  process.stdout.write('\n── tests\n')
  rmSync(REPORT, { force: true })
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`]
  const succeeded = run('vitest', args)
  const { passed, failed } = readReport()
  return { passed, failed: succeeded ? failed : Math.max(failed, 1) }
}

function readReport(): Counts {
  try {
    const report = JSON.parse(readFileSync(REPORT, 'utf8'))
    const { numPassedTests, numTotalTests } = report as Record<string, number>
    const passed = numPassedTests ?? 0
    return { passed, failed: (numTotalTests ?? 0) - passed }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

const counts = [...TOOLS.map(runTool), runTests()]
const sum = (key: keyof Counts) => counts.reduce((total, count) => total + count[key], 0)
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`)
process.exitCode = sum('failed') === 0 ? 0 : 1
