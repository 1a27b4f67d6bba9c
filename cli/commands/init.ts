/** `init`: a configuration and the pieces around it. What is there already stays, unless forced. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { EXIT } from '../exit.ts'
import type { ExitCode } from '../exit.ts'
import { readAnswers } from '../init/ask.ts'
import type { Given } from '../init/ask.ts'
import { writePieces } from '../init/pieces.ts'
import type { Piece } from '../init/pieces.ts'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'
import type { Context } from './context.ts'

export interface InitOptions extends Given {
  readonly dir: string
  readonly force?: boolean
  readonly dryRun?: boolean
}

interface Plan extends Piece {
  readonly path: string
  readonly action: 'write' | 'overwrite' | 'keep'
}

export async function initProject(options: InitOptions, context: Context): Promise<ExitCode> {
  const { dir, force = false, dryRun = false } = options
  const { terminal, json } = context
  const pieces = writePieces(await readAnswers(options, terminal))
  const plan = pieces.map((piece) => planPiece(piece, resolve(dir), force))
  if (!dryRun) await Promise.all(plan.map(carryOut))
  if (json) terminal.printJson(plan.map(({ file, action, text }) => ({ file, action, text })))
  else terminal.print(...describe(plan, terminal, { dir, dryRun }))
  return plan.some(({ action }) => action === 'keep') ? EXIT.denied : EXIT.ok
}

function planPiece(piece: Piece, folder: string, force: boolean): Plan {
  const path = join(folder, piece.file)
  return { ...piece, path, action: !existsSync(path) ? 'write' : force ? 'overwrite' : 'keep' }
}

async function carryOut({ path, text, action }: Plan): Promise<void> {
  if (action === 'keep') return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text, { flag: action === 'write' ? 'wx' : 'w' })
}

function describe(
  plan: readonly Plan[],
  { paint }: Terminal,
  { dir, dryRun }: { readonly dir: string; readonly dryRun: boolean },
): readonly string[] {
  const words = {
    write: paint.green(dryRun ? 'would write' : 'written'),
    overwrite: paint.yellow(dryRun ? 'would overwrite' : 'overwritten'),
    keep: paint.red('left as it is'),
  }
  const kept = plan.filter(({ action }) => action === 'keep')
  return [
    ...plan.map(({ file, action }) => `  ${words[action]}  ${printable(file)}`),
    ...kept.flatMap(({ file, text }) => [
      '',
      paint.bold(`  ${file} exists. What would be in it:`),
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => paint.dim(`    ${line}`)),
    ]),
    ...(kept.length > 0 ? ['', '  Take over what you need, or overwrite with --force.'] : []),
    ...(kept.length === 0 && !dryRun ? ['', ...nextSteps(dir)] : []),
  ]
}

const nextSteps = (dir: string): readonly string[] => [
  '  Next:',
  ...(resolve(dir) === resolve() ? [] : [`    cd ${printable(dir)}`]),
  '    npm install <tarball>     (no registry has the package: `npm pack` in its clone writes it)',
  '    npm pkg set type=module',
  '    npx edge-authorizer check',
  '    npx edge-authorizer dev',
]
