import { describe, expect, it } from 'vitest'
import rules from '../../authorizer.config.ts'
import { casesFor } from '../../dev/cases.ts'

const pathsFor = (routes: typeof rules.routes) =>
  new Set(casesFor({ issuers: rules.issuers, ...(routes && { routes }) }).map(({ path }) => path))

describe('the lines to paste', () => {
  it('are ten for the sample rules', () => {
    expect(casesFor(rules)).toHaveLength(10)
  })

  it('are only those that edited rules still bear out', () => {
    const admin = { 'GET /admin/{report+}': { scopes: 'read:reports' } }
    expect(pathsFor({ ...rules.routes, ...admin })).toEqual(
      new Set(['/patients', '/health', '/me']),
    )
    expect(pathsFor({ 'GET /health': 'public' })).toEqual(new Set(['/health']))
    expect(pathsFor(undefined)).toEqual(new Set())
  })

  it('are two more beside /health for the rules that init writes', () => {
    const routes = { 'GET /health': 'public', 'GET /me': 'authenticated' } as const
    const told = casesFor({ issuers: rules.issuers, routes })
    expect(told.map(({ path, status }) => `${path} ${status}`)).toEqual([
      '/health 200',
      '/me 200',
      '/me 401',
    ])
  })

  it('show rules of other scopes as well', () => {
    const routes = {
      'GET /health': 'public',
      'GET /orders': { scopes: 'read:orders' },
      'GET /reports': { scopes: ['read:orders', 'read:reports'] },
    } as const
    const told = casesFor({ issuers: rules.issuers, routes })
    expect(told.map(({ path, status, story }) => `${path} ${status} ${story}`)).toEqual([
      '/orders 200 Ada has read:orders; the upstream learns who she is',
      '/reports 403 Ada lacks read:reports',
      '/health 200 a public route asks for no token',
    ])
  })
})
