/** What §2.2 step 4 says of a header is in the cases of all doors; here, what may be remembered of it. */
import { expect, test } from 'vitest'
import { HEADER_CACHE_ENTRIES } from '../../../shared/limits.ts'
import { rememberHeader } from '../../../shared/token/header.ts'
import type { HeaderCache, KnownHeader } from '../../../shared/token/header.ts'

test('no more headers are remembered than there is room for, and the newest always is', () => {
  const cache: HeaderCache = new Map()
  for (let nth = 0; nth < 3 * HEADER_CACHE_ENTRIES; nth += 1) {
    rememberHeader(cache, `header-${nth}`, KNOWN)
    expect(cache.size).toBe((nth % HEADER_CACHE_ENTRIES) + 1)
    expect(cache.has(`header-${nth}`)).toBe(true)
  }
})

const KNOWN = { alg: 'RS256', kid: undefined, profile: 'auth0' } as KnownHeader
