/** Rule sets of any size that look like an API's: collections, their items, and what hangs on items. */
import type { Config } from '../shared/config/types.ts'

export interface RuleSet {
  readonly routes: NonNullable<Config['routes']>
  /** A path that the so-manieth route answers, to `GET`. */
  pathOf(nth: number): string
}

/** Per resource: how its path goes on, and its method. */
const FORMS = [
  { method: 'GET', tail: '', verb: 'read' },
  { method: 'GET', tail: '/{id}', verb: 'read' },
  { method: 'GET', tail: '/{id}/notes', verb: 'read' },
  { method: 'GET', tail: '/{id}/notes/{note}', verb: 'read' },
  { method: 'GET', tail: '/search', verb: 'search' },
] as const

/** As many areas as an API has, each with scopes of its own. */
export const SCOPE_AREAS = 40

export function createRuleSet(count: number): RuleSet {
  const patterns = Array.from({ length: count }, (_, nth) => {
    const resource = Math.floor(nth / FORMS.length)
    const form = FORMS[nth % FORMS.length] ?? FORMS[0]
    const path = `/area-${resource}${form.tail}`
    const scope = `${form.verb}:area-${resource % SCOPE_AREAS}`
    return { text: `${form.method} ${path}`, path, scope }
  })
  return {
    routes: Object.fromEntries(patterns.map(({ text, scope }) => [text, { scopes: scope }])),
    pathOf: (nth) => (patterns[nth]?.path ?? '/').replaceAll(/\{\w+\}/g, '4711'),
  }
}
