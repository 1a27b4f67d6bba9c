import type { Door, OpenDoor, Seen, Sent } from './door.ts'
import { statusOf } from './status.ts'
import { startUpstream, type Upstream } from './upstream.ts'
import { sendOverWire, valuesOf, type WireAnswer } from './wire.ts'
import { startWorkers } from './workers.ts'
import type { Setting, World } from '../world.ts'

/** The built Worker in workerd, over a socket, before an upstream. */
export const workerDoor: Door = {
  name: 'Worker',
  origin: 'http://api.example.com',
  lacks: {
    'line break': 'an HTTP field value holds no line break',
    'empty field first': 'workerd forgets an empty field when another of its name follows',
  },
  open: openWorkers,
  answerTo: statusOf,
}

async function openWorkers(settings: World['settings']): Promise<OpenDoor> {
  const upstream = await startUpstream()
  const describe = ([name, setting]: readonly [string, Setting]) => [
    name,
    {
      variables: {
        AUTHORIZER_CONFIG: setting.config,
        ...setting.environment,
        UPSTREAM_URL: upstream.origin,
      },
      kv: { AUTH_KV: `keys-of-${name}` },
    },
  ]
  const workers = await startWorkers(Object.fromEntries(Object.entries(settings).map(describe)))

  return {
    async ask(sent: Sent, setting): Promise<Seen> {
      upstream.requests.length = 0
      const answer = await sendOverWire(workers.portOf(setting), { path: '/a', ...sent })
      const { decision, lines } = await workers.log.takeDecision()
      const { outcome, code, route } = decision
      const said = `${answer.text}\n${lines.join('\n')}`
      return { outcome, code, route, said, ...describeAnswer(answer, upstream) }
    },
    close: () => Promise.all([workers.close(), upstream.close()]),
  }
}

/** A request that was let through reached the upstream, and no other did. */
function describeAnswer(answer: WireAnswer, { requests }: Upstream) {
  const { status, headers, body } = answer
  const [forwarded, ...more] = requests
  if (more.length > 0) throw new Error('a request was forwarded more than once')
  if (forwarded) {
    const [written] = valuesOf(forwarded.headers, 'x-auth-subject')
    const subject = written === undefined ? undefined : decodeURIComponent(written)
    // An opened WebSocket is as good as an answer.
    return { answer: status === 101 ? 200 : status, subject }
  }
  const problem = body === '' ? {} : (JSON.parse(body) as Readonly<Record<string, string>>)
  return {
    // 200 is what the upstream answers; whoever answers in its place must not look like it.
    answer: status === 200 ? 0 : status,
    hint: problem['hint'],
    problem: problem['code'],
    challenges: valuesOf(headers, 'www-authenticate'),
  }
}
