import { describe, expect, it } from 'vitest'

type Sample = (event: object) => Promise<{ readonly statusCode: number; readonly body: string }>

/** A name that the compiler does not look up: the sample is plain JavaScript, as Lambda runs it. */
const MODULE = '../../dev/sample/handler.mjs'
const samples = (await import(MODULE)) as Readonly<Record<string, Sample>>

const identity = { subject: 'auth0|123', clientId: 'client-1', scope: 'read:patients' }
/** What serverless-offline adds to a route without an authorizer, unverified. */
const decoded = { claims: { sub: 'auth0|123' }, scopes: ['read:patients'] }

describe.each([
  ['rest', (authorizer: object) => authorizer],
  ['http', (authorizer: object) => ({ lambda: authorizer })],
  ['websocket', (authorizer: object) => authorizer],
])('the %s sample', (name, place) => {
  const call = async (requestContext: object) => {
    const sample = samples[name]
    if (!sample) throw new Error(`no sample for ${name}`)
    return sample({ requestContext })
  }

  it('answers with the caller whom the authorizer named', async () => {
    const { statusCode, body } = await call({ authorizer: place(identity) })
    expect([statusCode, JSON.parse(body)]).toEqual([200, identity])
  })

  it.each([
    ['no authorizer', {}],
    ['a null authorizer', { authorizer: null }],
    ['an authorizer that names nobody', { authorizer: place({ principalId: 'anonymous' }) }],
    ['an empty subject', { authorizer: place({ ...identity, subject: '' }) }],
    ['a token that somebody has merely decoded', { authorizer: { ...decoded, jwt: decoded } }],
  ])('refuses %s', async (_, requestContext) => {
    expect(await call(requestContext)).toMatchObject({ statusCode: 500 })
  })
})
