/** A fault of the configuration as a finding: what is wrong, and the mend that its words hold. */
import type { ConfigFault } from '../../shared/config/fault.ts'
import { UNKNOWN } from '../../shared/config/schema.ts'
import { finding } from './finding.ts'
import type { CheckFinding } from './finding.ts'
import { nearestOption } from './names.ts'

export const findingOf = ({ code, path, message }: ConfigFault): CheckFinding =>
  finding(
    'error',
    [code, path],
    message.replace(MENDING, ''),
    renaming(path, message) ?? mendOf(message),
  )

/** Where a name is like one that there is. */
function renaming(path: string, message: string): string | null {
  const meant = message === UNKNOWN ? nearestOption(path) : null
  return meant === null ? null : `Write \`${meant}\`, or remove it; docs/configuration.md has all.`
}

/** The end of a message, which is told as the mend. */
const MENDING = /; [^;]+$/

/** By what a message ends with, or is. */
const MENDS: readonly (readonly [RegExp, string])[] = [
  [/^(\w+) is not set$/, 'Set $1 here as well as where it is deployed.'],
  [
    /; correct or remove it$/,
    'Write the name that was meant, or remove it; docs/configuration.md has all.',
  ],
  [/is missing; add it$/, 'Add it; docs/configuration.md says what it may hold.'],
  [/; (\w)([^;]+)$/, '$1$2.'],
  [/ twice$/, 'Keep one of them.'],
  [/without bind$/, 'Add `bind`, or leave it out.'],
  [/^needs (\w+)$/, 'Add `$1`.'],
]

function mendOf(message: string): string {
  const [pattern, words] = MENDS.find(([one]) => one.test(message)) ?? []
  if (!pattern || !words) return 'Write it so; docs/configuration.md has every option.'
  const mend = message.slice(message.search(pattern)).replace(pattern, words)
  return mend.charAt(0).toUpperCase() + mend.slice(1)
}
