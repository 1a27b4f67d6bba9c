/** The token taken apart: what it claims, not what is true. */
import type { Claim, Explanation } from '../../../../cli/explain/explanation.ts'
import { h, type Child } from '../dom.ts'
import { shown } from '../text.ts'

export const renderAnatomy = ({ token }: Explanation): HTMLElement =>
  h(
    'section',
    { class: 'anatomy card', attributes: { 'aria-labelledby': 'anatomy-title' } },
    h('h2', { attributes: { id: 'anatomy-title' } }, 'The token, taken apart'),
    ...(token ? renderToken(token) : [h('p', { class: 'note' }, 'The request carries no token.')]),
  )

const KINDS = { jws: 'a signed token', jwe: 'an encrypted token', opaque: 'not a JWT' } as const

const renderToken = (token: NonNullable<Explanation['token']>): readonly Child[] => [
  h('p', { class: 'note' }, `${KINDS[token.kind]}: `, shown(token.redacted)),
  ...token.problems.map(renderProblem),
  ...renderPart('Header', token.header),
  ...renderPart('Claims', token.claims),
]

const renderProblem = (problem: string): HTMLElement =>
  h(
    'p',
    { class: 'problem' },
    h('span', { attributes: { 'aria-hidden': 'true' } }, '✕ '),
    shown(problem),
  )

const renderPart = (title: string, claims: readonly Claim[] | null): readonly Child[] =>
  claims === null
    ? []
    : [h('h3', {}, title), h('dl', { class: 'claims' }, ...claims.map(renderClaim))]

function renderClaim({ name, value, type, meaning, time, problem }: Claim): HTMLElement {
  return h(
    'div',
    { class: problem === null ? 'claim' : 'claim bad' },
    h('dt', {}, shown(name, 200)),
    h(
      'dd',
      {},
      h('span', { class: 'value' }, ...(type === 'missing' ? ['missing'] : [writeValue(value)])),
      time ? h('span', { class: 'time' }, ` ${time.iso}, ${time.relative}`) : null,
      meaning === null ? null : h('span', { class: 'meaning' }, meaning),
      problem === null ? null : renderProblem(problem),
    ),
  )
}

const writeValue = (value: unknown): HTMLElement =>
  shown(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 600)
