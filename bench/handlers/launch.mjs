// A cold start: loads a handler, lets it decide one event, says how long each took.
const start = performance.now()
const { handler } = await import(process.env.HANDLER)
const loaded = performance.now()
const answer = await handler(JSON.parse(process.env.EVENT))
const decided = performance.now()
if (!answer.isAuthorized) throw new Error('refused')
process.stdout.write(JSON.stringify([loaded - start, decided - loaded]))
