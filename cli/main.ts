#!/usr/bin/env node
/** `edge-authorizer`: says first where Node is too old for the rest to load. */

const OLDEST = 22

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `edge-authorizer: Node ${process.version} is too old.\n  Fix: use Node 22.18 or newer. In a clone of the project \`npx node dist/cli/main.js\` takes the one that it brings.\n`,
  )
  process.exitCode = 64
} else {
  const { run } = await import('./program.ts')
  process.exitCode = await run(process.argv.slice(2))
}
