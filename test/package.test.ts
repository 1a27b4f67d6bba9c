/** What the package says of itself to those who install it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { INSTALL, NEEDS } from '../cli/dev/needs.ts'

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))
const manifest = readJson('package.json') as Manifest

const typesOf = (folder: string): readonly string[] => {
  const { compilerOptions } = readJson(`${folder}/tsconfig.json`) as {
    compilerOptions: { types: string[] }
  }
  return compilerOptions.types.filter((name) => name !== 'node')
}

test.each(['functions/worker', 'functions/lambda'])(
  'the types that %s is declared with may be installed beside it',
  (folder) => {
    for (const name of typesOf(folder)) {
      const typed = name.startsWith('@') ? name : `@types/${name}`
      expect(manifest.peerDependencies).toHaveProperty([typed])
      expect(manifest.peerDependenciesMeta).toHaveProperty([typed], { optional: true })
    }
  },
)

test.each(Object.entries(NEEDS))('%s, which `dev` needs, is asked for as %s', (name, range) => {
  for (const kind of ['devDependencies', 'peerDependencies'] as const) {
    expect(manifest[kind]).toHaveProperty([name], range)
  }
  expect(manifest.peerDependenciesMeta).toHaveProperty([name], { optional: true })
  expect(readFileSync('docs/cli.md', 'utf8')).toContain(`\n${INSTALL}\n`)
})

test('the lock file has the same dependencies', () => {
  const { packages } = readJson('package-lock.json') as { packages: Record<string, Manifest> }
  for (const kind of ['devDependencies', 'peerDependencies', 'peerDependenciesMeta'] as const) {
    expect(packages['']?.[kind]).toEqual(manifest[kind])
  }
})
