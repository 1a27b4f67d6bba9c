/** What the page may ask, checked: whatever else comes is answered with 400. */
import * as v from 'valibot'

/** A token and what surrounds it; the body as a whole is bounded as well. */
const TEXT = v.pipe(v.string(), v.maxLength(60_000))
const NAME = v.pipe(v.string(), v.maxLength(200))
const METHOD = v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z-]{0,30}$/))
const TARGET = v.pipe(v.string(), v.maxLength(8000))
/** RFC 9110 §5.1. */
const HEADER = v.tuple([
  v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~\w-]{1,200}$/)),
  v.pipe(v.string(), v.maxLength(16_000)),
])
/** Ten years, either way. */
const CLOCK = v.pipe(v.number(), v.minValue(-315_576_000), v.maxValue(315_576_000))

export const NOTHING = v.object({})

export const TOKEN = v.object({ sample: NAME })

export const SEND = v.object({
  token: v.nullable(TEXT),
  method: METHOD,
  target: TARGET,
  headers: v.pipe(v.array(HEADER), v.maxLength(32)),
})

export const EXPLAIN = v.object({ ...SEND.entries, clockSeconds: CLOCK })

export const MATRIX = v.object({ clockSeconds: CLOCK })

export const TIMELINE = v.object({
  kind: v.picklist(['rest-token', 'rest-request', 'http-1.0', 'http-2.0']),
  // API Gateway's own bounds.
  ttlSeconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3600)),
  calls: v.pipe(
    v.array(
      v.object({
        sample: v.nullable(NAME),
        method: METHOD,
        path: v.pipe(v.string(), v.regex(/^\/[\x21-\x7e]*$/), v.maxLength(2000)),
        after: v.pipe(v.number(), v.minValue(0), v.maxValue(86_400)),
      }),
    ),
    v.minLength(1),
    v.maxLength(40),
  ),
  clockSeconds: CLOCK,
})

export const ACT = v.object({
  act: v.picklist([
    'rotate',
    'announce',
    'retire',
    'revoke',
    'stop',
    'restore',
    'break-kv',
    'restore-kv',
    'restart',
    'traffic-on',
    'traffic-off',
  ]),
})
