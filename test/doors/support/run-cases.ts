import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, nameOf } from '../cases.ts'
import type { Case } from '../cases/case.ts'
import { CODES } from '../codes.ts'
import { createWorld, type World } from '../world.ts'
import { parseChallenge } from './challenge.ts'
import type { Door, OpenDoor, Seen, Sent } from './door.ts'

export const isCarried = ({ needs }: Case, { lacks }: Door): boolean =>
  needs.every((need) => lacks[need] === undefined)

/** The table, or some of it, at one door after the other. */
export function runCases(cases: readonly Case[], doors: readonly Door[]): void {
  const opened = new Map<Door, OpenDoor>()
  let world: World
  beforeAll(async () => {
    world = await createWorld()
    for (const door of doors) opened.set(door, await door.open(world.settings))
  })
  afterAll(async () => {
    for (const door of opened.values()) await door.close()
    await world.close()
  })

  describe.each(doors)('$name', (door) => {
    const carried = cases.filter((one) => isCarried(one, door))
    it.each(carried.map((one) => [nameOf(one), one] as const))('%s', async (_, one) => {
      const open = opened.get(door)!
      await open.prepare?.(one.setting, one.route)
      const sent = one.send(world, door)
      const requestsBefore = world.countRequests()
      const seen = await open.ask(sent, one.setting, one.route)
      expect(describeSeen(seen)).toEqual(describeExpected(one, door, seen))
      expectChallenges(seen, one)
      expectSilence(seen, one, sent)
      if (isForSomebody(one, world)) expectSubject(seen, sent)
      if (seen.hint !== undefined && one.hint) expect(seen.hint).toMatch(one.hint)
      if (one.issuerRequests === 0) expect(world.countRequests() - requestsBefore).toBe(0)
    })
  })
}

const describeSeen = ({ outcome, code, route, answer }: Seen) => ({ outcome, code, route, answer })

function describeExpected(one: Case, door: Door, seen: Seen): ReturnType<typeof describeSeen> {
  const { outcome } = one.verdict
  const answer = door.answerTo(one.verdict)
  // A WebSocket API has no other route.
  const route = seen.route === '$connect' ? '$connect' : one.route
  return { outcome, code: codeOf(one), route, answer }
}

/** RFC 6750 §3.1: a bare challenge without credentials, none where no other token would help. */
function expectChallenges({ challenges }: Seen, { verdict, scope }: Case): void {
  if (!challenges || verdict.outcome !== 'deny') return
  const { error, status } = CODES[verdict.code]
  if (!error && status !== 401) return expect(challenges).toEqual([])
  expect(challenges.map(parseChallenge)).toEqual([
    {
      scheme: 'Bearer',
      parameters: {
        realm: 'api',
        ...(error && { error, error_description: expect.any(String) }),
        ...(scope !== undefined && { scope }),
      },
    },
  ])
}

/** A preflight carries no token, and a public route asks for none. */
const isForSomebody = ({ verdict, setting, route, needs }: Case, { settings }: World): boolean =>
  verdict.outcome === 'allow' &&
  !needs.includes('preflight') &&
  settings[setting].config.routes?.[route ?? ''] !== 'public'

/** Whoever is let in is named to what lies behind the door, where the door shows that. */
function expectSubject(seen: Seen, { headers = [] }: Sent): void {
  if (!('subject' in seen)) return
  expect(seen.subject).toMatch(/./)
  const [, payload] = JWT.exec(headers[0]?.[1] ?? '') ?? []
  if (payload === undefined) return
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  expect(seen.subject).toBe(sub)
}

const JWT = /^bearer +[\w-]+\.([\w-]+)\.[\w-]+ *$/i

/** No part of a credential, and nothing the case calls a secret, is told to anybody or logged. */
function expectSilence({ said }: Seen, { secrets = [] }: Case, { headers = [] }: Sent): void {
  const credentials = headers.filter(([name]) => /^(?:authorization|cookie)$/i.test(name))
  const parts = credentials
    .flatMap(([, value]) => value.split(/[ .=;,"]+/))
    .filter((part) => part.length >= 16)
  for (const secret of [...secrets, ...parts]) expect(said).not.toContain(secret)
}
