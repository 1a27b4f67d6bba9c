// What the size of a module costs before its first line runs. Needs --experimental-vm-modules.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SourceTextModule } from 'node:vm'
const source = readFileSync(fileURLToPath(process.env.HANDLER), 'utf8')
const start = performance.now()
const { status } = new SourceTextModule(source)
const ms = performance.now() - start
if (status !== 'unlinked') throw new Error(`not compiled: ${status}`)
process.stdout.write(JSON.stringify([ms, 0]))
