import { afterAll, describe, expect, it } from 'vitest'
import { Fault } from '../../dev/fault.ts'
import { loadFunction } from '../../dev/lambda.ts'

const environment = { ...process.env }

afterAll(() => {
  process.env = environment
})

describe('the Lambda bundle with a faulty configuration', () => {
  it('is refused with its report of every fault, which a user can mend', async () => {
    const AUTHORIZER_CONFIG = JSON.stringify({ issuers: [{ issuer: 'ftp://x' }] })
    const loading = loadFunction({ AUTHORIZER_CONFIG })
    await expect(loading).rejects.toThrow(Fault)
    await expect(loading).rejects.toThrow('issuers[0].audience')
    await expect(loading).rejects.toThrow('issuers[0].issuer')
  })
})
