import { existsSync } from 'node:fs'

/** The package's folder, from the sources of a checkout as from the bundle of an installation. */
export function findRoot(): URL {
  let folder = new URL('.', import.meta.url)
  while (!existsSync(new URL('package.json', folder))) {
    const parent = new URL('..', folder)
    if (parent.href === folder.href) throw new Error('edge-authorizer has no package.json')
    folder = parent
  }
  return folder
}
