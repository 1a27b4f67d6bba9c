// What any fetch over plain HTTP has to load.
await import('node:http')
process.stdout.write('[0,0]')
