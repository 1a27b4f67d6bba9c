/** What an authorizer is given to look at, and what its answer is kept for. */
import type { Fault } from '../finding.ts'
import { isUnset } from '../setting.ts'
import {
  at,
  authorizersOf,
  carriersOf,
  demandsSources,
  hasSources,
  isKept,
  losesCookie,
  optionOf,
  patternsOf,
  policyOf,
  proofsOf,
  sourceName,
  wordsOf,
} from '../subject.ts'
import type { Asked, Rule, SourceKind, Subject } from '../subject.ts'

/** Header names ignore case, query names do not. Of unknown sources everything is assumed. */
function hasSource(asked: Asked, kind: SourceKind, name: string): boolean {
  const { value, isUnknown } = asked.authorizer.identitySources
  const wanted = sourceName(asked.api, kind, name)
  const isSame = (source: string) =>
    kind === 'header' ? source.toLowerCase() === wanted.toLowerCase() : source === wanted
  return isUnknown || (value ?? []).some(isSame)
}

function* findWithoutAuthorization(subject: Subject): Generator<Fault> {
  for (const asked of authorizersOf(subject, ['rest', 'http'])) {
    const { authorizer } = asked
    if (hasSource(asked, 'header', 'Authorization') || losesCookie(subject, asked)) continue
    const isWithout = !hasSources(asked)
    // Where answers are kept, it is `ttl-without-source`.
    if (isWithout && (authorizer.type !== 'token' || isKept(asked))) continue
    const place = at(subject, authorizer.identitySources.line)
    const wanted = sourceName(asked.api, 'header', 'Authorization')
    const mend = `Add \`${wanted}\` to \`${wordsOf(subject).sources}\`.`
    if (authorizer.type === 'token') {
      const message = isWithout
        ? 'The TOKEN authorizer has no identity source: AWS refuses that'
        : 'The token is taken from another header than Authorization'
      yield { place, message, mend }
    } else if (isKept(asked)) {
      const message = 'The cache key lacks the token: one caller gets the answers of another'
      yield { place, message, mend }
    } else if (demandsSources(asked)) {
      yield {
        place,
        message: 'Requests without these identity sources are refused, even with a token',
        mend,
      }
    }
  }
}

function* findWithoutCookie(subject: Subject): Generator<Fault> {
  const { cookie } = subject.config
  for (const asked of authorizersOf(subject, ['rest', 'http'])) {
    if (!losesCookie(subject, asked)) continue
    const { authorizer } = asked
    const isBlind = authorizer.type === 'token'
    const { ttl, sources } = wordsOf(subject)
    yield {
      place: at(subject, authorizer.identitySources.line),
      message: isBlind
        ? `A TOKEN authorizer sees one header, so the cookie "${cookie}" is never read`
        : `A request whose token is in the cookie "${cookie}" is refused: API Gateway requires every identity source`,
      mend: `${isBlind ? 'Make it a REQUEST authorizer, set' : 'Set'} \`${ttl}: 0\` and no \`${sources}\`; or take \`cookie\` out of the configuration.`,
    }
  }
}

function* findWithoutCarrier(subject: Subject): Generator<Fault> {
  const carriers = carriersOf(subject)
  const [first] = carriers
  for (const asked of authorizersOf(subject, ['websocket'])) {
    if (!hasSources(asked) || asksForAuth(asked)) continue
    const { line } = asked.authorizer.identitySources
    const { sources } = wordsOf(subject)
    if (!first) {
      const headers = ['Authorization', ...(subject.config.cookie ? ['Cookie'] : [])]
      if (headers.some((name) => hasSource(asked, 'header', name))) continue
      const wanted = sourceName(asked.api, 'header', 'Authorization')
      yield {
        place: at(subject, line),
        message:
          'Handshakes without this identity source are refused, but the authorizer reads no token there',
        mend: `If the token is there, name the place in \`webSocket\` of the configuration; otherwise let \`${sources}\` be \`${wanted}\`.`,
      }
      continue
    }
    const present = carriers.filter(([kind, name]) => hasSource(asked, kind, name))
    const isAlso = present.length > 0 && hasSource(asked, 'header', 'Authorization')
    if (present.length === 1 && !isAlso) continue
    yield {
      place: at(subject, line),
      message:
        present.length === 0
          ? 'Handshakes with the token where `webSocket` of the configuration says are refused: that place is no identity source'
          : 'Each handshake needs a token in every one of these places, and two tokens are refused',
      mend: `Let \`${sources}\` be \`${sourceName(asked.api, ...first)}\` alone.`,
    }
  }
}

const asksForAuth = (asked: Asked): boolean =>
  !asked.authorizer.identitySources.isUnknown && hasSource(asked, 'header', 'Auth')

function* findDefaultHeader(subject: Subject): Generator<Fault> {
  const [carrier = ['header', 'Authorization'] as const] = carriersOf(subject)
  for (const asked of authorizersOf(subject, ['websocket'])) {
    if (!asksForAuth(asked)) continue
    yield {
      place: at(subject, asked.authorizer.identitySources.line),
      message:
        'The identity source is a header named `Auth`, the default of osls: handshakes without it are refused',
      mend: `Set \`${wordsOf(subject).sources}: [${sourceName(asked.api, ...carrier)}]\`.`,
    }
  }
}

/** Scheme in any case, any number of spaces, all letters that a token has (RFC 6750 §2.1). */
const LEGAL = [
  'Bearer eyJh.eyJp.c2ln',
  'bearer eyJh.eyJp.c2ln',
  'Bearer  a-b.c_d.e',
  'Bearer a~b+c/d==',
]

function* findNarrowValidation(subject: Subject): Generator<Fault> {
  for (const { authorizer } of authorizersOf(subject, ['rest'])) {
    const { value, line } = authorizer.validation
    const refused = LEGAL.find((header) => value !== undefined && !accepts(value, header))
    if (refused === undefined) continue
    yield {
      place: at(subject, line),
      message: `\`${wordsOf(subject).validation}\` refuses \`${refused}\`, a legal header, before the function is called`,
      mend: 'Remove it, or write `^[Bb][Ee][Aa][Rr][Ee][Rr] +[-A-Za-z0-9._~+/]+=*$`.',
    }
  }
}

/** An expression that JavaScript cannot read may be one in Java: it is taken to accept. */
function accepts(expression: string, header: string): boolean {
  const [, ignoresCase, body = expression] = /^(\(\?i\))(.*)$/s.exec(expression) ?? []
  try {
    return new RegExp(body, ignoresCase ? 'i' : '').test(header)
  } catch {
    return true
  }
}

const tokenAuthorizers = (subject: Subject): readonly Asked[] =>
  authorizersOf(subject, ['rest']).filter(({ authorizer }) => authorizer.type === 'token')

const asRequest = (subject: Subject): string =>
  `Make it a REQUEST authorizer (\`${wordsOf(subject).request}\`).`

function* findWithoutProof(subject: Subject): Generator<Fault> {
  const proofs = proofsOf(subject)
  if (proofs.length === 0) return
  const message = `A TOKEN authorizer sees one header, so \`${proofs.join('` and `')}\` has no proof to check`
  for (const { authorizer } of tokenAuthorizers(subject)) {
    yield { place: at(subject, authorizer.line), message, mend: asRequest(subject) }
  }
}

/** A backend that asks whose object it is reads the token again, and maybe the other one. */
function* findBlindToRepeats(subject: Subject): Generator<Fault> {
  for (const asked of tokenAuthorizers(subject)) {
    const bound = patternsOf(subject, asked).find((pattern) =>
      optionOf(policyOf(subject, pattern), 'bind'),
    )
    if (!bound) continue
    yield {
      place: at(subject, asked.authorizer.line),
      message: `A TOKEN authorizer sees one of two Authorization headers, and the backend of "${bound.pattern.text}" may use the other`,
      mend: asRequest(subject),
    }
  }
}

function* findWithoutVersion(subject: Subject): Generator<Fault> {
  for (const { authorizer } of authorizersOf(subject, ['http'])) {
    if (!isUnset(authorizer.payloadVersion)) continue
    yield {
      place: at(subject, authorizer.payloadVersion.line),
      message: 'An authorizer of an HTTP API needs a payload version: AWS refuses one without',
      mend: `Set \`${wordsOf(subject).payload}: '2.0'\`.`,
    }
  }
}

function* findWrongShape(subject: Subject): Generator<Fault> {
  const { httpApiResponse = 'simple' } = subject.config.apiGateway ?? {}
  const { simple, payload } = wordsOf(subject)
  for (const { authorizer } of authorizersOf(subject, ['http'])) {
    const { value = false, isUnknown, line } = authorizer.isSimple
    const version = authorizer.payloadVersion.value
    if (isUnknown || version === undefined) continue
    // Of payload 1.0 the answer is always a policy.
    const isWanted = version === '2.0' && httpApiResponse === 'simple'
    if (value === isWanted) continue
    const isAgreed = value && version !== '2.0'
    yield {
      place: at(subject, line),
      message: `The function answers with ${isWanted ? 'a simple response' : 'a policy'}, but API Gateway expects ${value ? 'a simple response' : 'a policy'}: every call gets a 500`,
      mend: isAgreed
        ? `Set \`${payload}: '2.0'\`, or \`${simple}: false\`.`
        : `Set \`${simple}: ${isWanted}\`, or \`apiGateway.httpApiResponse: '${value ? 'simple' : 'iam'}'\` in the configuration.`,
    }
  }
}

export const IDENTITY: readonly Rule<Subject>[] = [
  { name: 'identity-source-authorization', severity: 'error', find: findWithoutAuthorization },
  { name: 'identity-source-cookie', severity: 'error', find: findWithoutCookie },
  { name: 'identity-source-websocket', severity: 'error', find: findWithoutCarrier },
  { name: 'websocket-header-default', severity: 'error', find: findDefaultHeader },
  { name: 'identity-validation', severity: 'error', find: findNarrowValidation },
  { name: 'token-authorizer-proof', severity: 'error', find: findWithoutProof },
  { name: 'token-authorizer-repeats', severity: 'warning', find: findBlindToRepeats },
  { name: 'payload-version-missing', severity: 'error', find: findWithoutVersion },
  { name: 'response-shape', severity: 'error', find: findWrongShape },
]
