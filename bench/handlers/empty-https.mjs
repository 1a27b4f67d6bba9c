// What any fetch over TLS has to load.
await import('node:https')
process.stdout.write('[0,0]')
