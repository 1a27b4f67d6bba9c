/** `npm run bench -- [options]` */
import { parseArgs } from 'node:util'
import { Fault } from '../dev/fault.ts'
import { PACES } from './pace.ts'
import type { Pace } from './pace.ts'

export interface Options {
  readonly pace: Pace
  /** Sections by name; null: all. */
  readonly only: readonly string[] | null
  readonly keeps: boolean
  readonly checks: boolean
  readonly writesOnly: boolean
}

const USAGE = `Usage: npm run bench -- [--quick] [--only <section>] [--save] [--check] [--report]

  --quick   About a minute instead of ten: for a look, not for a claim
  --only    One section, or several with a comma between them
  --save    Keep the figures of a quick or partial run too; a whole run is always kept
  --check   Exit with 1 where a bar is missed
  --report  Measure nothing; write README.md and speed.svg from results.json again`

/** Throws with the usage. */
export function readOptions(args: readonly string[], sections: readonly string[]): Options {
  const { quick, only, save, check, report } = parse(args)
  const names = only?.split(',') ?? null
  const unknown = names?.filter((name) => !sections.includes(name)) ?? []
  if (unknown.length > 0) {
    throw new Fault(`no section "${unknown.join()}" among ${sections.join(', ')}\n\n${USAGE}`)
  }
  return {
    pace: quick ? PACES.quick : PACES.full,
    only: names,
    keeps: save === true || (!quick && names === null),
    checks: check === true,
    writesOnly: report === true,
  }
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean' } as const
  const only = { type: 'string' } as const
  const options = { quick: flag, save: flag, check: flag, report: flag, only }
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new Fault(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, {
      cause: error,
    })
  }
}
