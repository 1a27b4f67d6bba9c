import { describe, expect, it, test } from 'vitest'
import {
  isAllowedEndpoint,
  isAllowedJwksUri,
  isIssuerUrl,
  metadataUrls,
} from '../../shared/endpoint.ts'

describe('the name of an issuer', () => {
  it.each([
    'https://issuer.example/',
    'https://issuer.example',
    'https://issuer.example/tenant',
    'HTTPS://issuer.example/',
    'https://10.0.0.1/',
    'http://localhost:3000/',
    'http://127.0.0.1/',
    'http://[::1]:3000/',
  ])('may be %s', (url) => expect(isIssuerUrl(url)).toBe(true))

  it.each([
    'http://issuer.example/',
    'http://localhost.example/',
    'http://notlocalhost/',
    'http://127.0.0.2/',
    'https://issuer.example/?a',
    'https://issuer.example/#a',
    'https://user@issuer.example/',
    'https://:secret@issuer.example/',
    'http://localhost/?a',
    'ftp://localhost/',
    'ws://127.0.0.1/',
    'issuer.example',
    'https:issuer.example',
    'https://issuer.example\\tenant',
    ' https://issuer.example/',
    'https://issuer.example/ ',
    'https://issuer.example/\n',
    'https://issuer.example:65536/',
    '',
    ['https://issuer.example/'],
    undefined,
  ])('is not %j', (url) => expect(isIssuerUrl(url)).toBe(false))
})

describe('a configured key set', () => {
  it.each([
    'https://keys.example/jwks',
    'https://keys.example/jwks?tenant=1',
    'http://localhost:3000/jwks',
    'https://keys.local.example/jwks',
    'https://notlocalhost/jwks',
    'https://keys.example2/jwks',
  ])('may be at %s', (url) => expect(isAllowedJwksUri(url)).toBe(true))

  it.each([
    'http://keys.example/jwks',
    'https://10.0.0.1/jwks',
    'https://[fd00::1]/jwks',
    'https://localhost/jwks',
    'https://keys.internal/jwks',
    'https://keys.local/jwks',
    'https://keys.localhost/jwks',
    'https://keys.home/jwks',
    'https://keys.lan/jwks',
    'https://user@keys.example/jwks',
    'nowhere',
    7,
  ])('is not at %j', (url) => expect(isAllowedJwksUri(url)).toBe(false))
})

describe('an endpoint that metadata names', () => {
  it.each([
    ['https://issuer.example/', 'https://issuer.example/jwks'],
    ['https://issuer.example:8443/', 'https://issuer.example:8443/jwks'],
    ['http://localhost:3000/', 'http://localhost:4000/jwks'],
  ])('of %s may be %s', (issuer, url) => expect(isAllowedEndpoint(url, issuer)).toBe(true))

  it.each([
    ['https://issuer.example/', 'https://other.example/jwks'],
    ['https://issuer.example/', 'https://issuer.example:8443/jwks'],
    ['https://issuer.example/', 'https://issuer.example.evil/jwks'],
    ['https://issuer.example/', 'http://issuer.example/jwks'],
    ['https://issuer.example/', 'https://user@issuer.example/jwks'],
    ['https://issuer.example/', 'http://localhost/jwks'],
    ['https://issuer.example/', 'file:///jwks'],
    ['https://issuer.example/', '/jwks'],
    ['https://issuer.example/', 7],
    ['https://issuer.example/', undefined],
    ['http://localhost:3000/', 'http://127.0.0.1:3000/jwks'],
    ['http://localhost:3000/', 'https://localhost/jwks'],
    ['http://localhost:3000/', 'https://other.example/jwks'],
    ['http://localhost:3000/', 'ws://localhost:3000/jwks'],
  ])('of %s is not %j', (issuer, url) => expect(isAllowedEndpoint(url, issuer)).toBe(false))
})

test.each([
  ['https://issuer.example', ''],
  ['https://issuer.example/', ''],
  ['https://issuer.example:8443/a/b', '/a/b'],
  ['https://issuer.example/a/b/', '/a/b'],
])('the metadata of %s are behind its path, or before it', (issuer, path) => {
  const { origin } = new URL(issuer)
  expect(metadataUrls(issuer)).toEqual([
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ])
})
