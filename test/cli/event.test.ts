import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '../../shared/index.ts'
import { buildEvent, type EventKind } from '../doors/support/events.ts'
import { startScriptedIssuer, type ScriptedIssuer } from '../support/scripted-issuer.ts'
import { useWorkplace, type Json } from './command.ts'

let issuer: ScriptedIssuer
const place = useWorkplace()

beforeAll(async () => {
  issuer = await startScriptedIssuer()
  const config: Config = {
    issuers: [{ issuer: issuer.issuer, audience: 'https://api.example.com' }],
    routes: { 'GET /a': { scopes: 'read:a' }, $connect: { scopes: 'read:b' } },
  }
  await place.write('authorizer.config.json', config)
})
afterAll(() => issuer.close())

const KINDS: readonly (readonly [EventKind, string, number])[] = [
  ['rest-token', 'rest-token', 200],
  ['rest-request', 'rest-request', 200],
  ['http-1.0', 'http-1.0', 200],
  ['http-2.0', 'http-2.0-simple', 200],
  ['websocket', 'websocket', 403],
]

describe('event', () => {
  it.each(KINDS)('explains a recorded %s event', async (kind, door, status) => {
    const token = issuer.sign()
    const event = buildEvent(kind, { headers: [['Authorization', `Bearer ${token}`]] })
    const file = await place.write(`${kind}.json`, event)
    const ran = await place.run(['event', file, '--json'])
    const { verdict, doors } = ran.json()
    expect(ran.code).toBe(status === 200 ? 0 : 1)
    expect(verdict.code).toBe(status === 200 ? null : 'insufficient_scope')
    expect(doors.find((one: Json) => one.door === door).status).toBe(status)
    for (const part of token.split('.').slice(1)) expect(ran.stdout).not.toContain(part)
  })

  it('answers for the stage that was recorded', async () => {
    const event = buildEvent('rest-request', {
      headers: [['Authorization', `Bearer ${issuer.sign()}`]],
    })
    const text = JSON.stringify({ message: 'logged', event }).replaceAll('/prod/', '/live/')
    const ran = await place.run(['event', '-', '--json'], { input: text })
    const { answer } = ran.json().doors.find((one: Json) => one.door === 'rest-request')
    expect(answer.policyDocument.Statement[0].Resource[0]).toContain('/live/GET/a')
  })

  it.each([
    ['[]', /no event of an authorizer/],
    ['{"type":"TOKEN","authorizationToken":"x"}', /no event of an authorizer/],
    ['{"type":"TOKEN","authorizationToken":"x","methodArn":"nonsense"}', /no method ARN/],
    ['{"methodArn":"arn:a:b:c:d:e/f/GET/a","headers":[],"requestContext":{}}', /no event/],
    ['{"methodArn":"arn:a:b:c:d:e/f/GET/a","headers":{"a":{}},"requestContext":{}}', /no event/],
    ['{"routeArn":"arn:a:b:c:d:e/f/GET/a","cookies":[null],"requestContext":{}}', /no event/],
    ['{', /not JSON/],
    ['\u001b[2J', /not JSON/],
  ])('refuses %s', async (text, message) => {
    const file = await place.write('odd.json', text)
    const { code, stdout, stderr } = await place.run(['event', file])
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toMatch(message)
    expect(stderr.match(/edge-authorizer:/g)).toHaveLength(1)
  })

  it('names what came by standard input', async () => {
    const { code, stderr } = await place.run(['event', '-'], { input: '{' })
    expect([code, stderr]).toEqual([64, expect.stringContaining(' stdin:1: not JSON.\n')])
  })
})
