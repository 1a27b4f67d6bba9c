/** Run by itself, with `--expose-gc`: distinct tokens through one instance, and what the heap keeps of them. */
import { createWarmAuthorizer, requestOf } from './ours.ts'
import { createIssuer, signUser } from './tokens.ts'

const count = Number(process.argv[2])
const issuer = await createIssuer('ES256')
const authorizer = await createWarmAuthorizer(issuer)

async function decide(nth: number): Promise<void> {
  const token = signUser(issuer, nth)
  const decision = await authorizer.authorize(requestOf('/patients/4711', `Bearer ${token}`))
  if (decision.outcome !== 'allow') throw new Error(decision.code)
}

/** Several rounds, because one leaves what finalizers still hold. */
async function heapBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Before the first measurement: what code and its types take once, whatever is cached. */
const WARM_UP = 500
for (let nth = 0; nth < WARM_UP; nth += 1) await decide(nth)
const before = await heapBytes()
for (let nth = WARM_UP; nth < count + WARM_UP; nth += 1) await decide(nth)
const after = await heapBytes()
process.stdout.write(JSON.stringify({ before, after }))
