import { describe, expect, it } from 'vitest'
import { CASES, nameOf } from './cases.ts'
import { CODES } from './codes.ts'
import { DOORS } from './doors.ts'
import { isCarried } from './support/run-cases.ts'

/** Token-spec §10, groups A to E and what of G one request can show; their numbers have gaps. */
// prettier-ignore
const NUMBERS = [
  1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 15, 16, 18, 19, 20, 21, 22, 23, 24, 26, 27, 28, 29, 30, 33, 36,
  37, 38, 39, 40, 41, 43, 44, 45, 46, 49, 51, 52, 53, 54, 57, 59, 63, 65, 77, 78, 81, 82, 87,
]

describe('the table of cases', () => {
  it('has every numbered case', () => {
    const numbers = new Set(CASES.map(({ number }) => number))
    expect(NUMBERS.filter((number) => !numbers.has(String(number)))).toEqual([])
  })

  it('has a case for every code', () => {
    const codes = new Set(CASES.flatMap(({ verdict }) => ('code' in verdict ? verdict.code : [])))
    expect(Object.keys(CODES).filter((code) => !codes.has(code as keyof typeof CODES))).toEqual([])
  })

  it('has no case twice', () => {
    const names = CASES.map(nameOf)
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([])
  })
})

describe('exemptions', () => {
  it('are counted, so that none slips in', () => {
    const counted = DOORS.map((door) => {
      const reasons = CASES.filter((one) => !isCarried(one, door)).map(
        ({ needs }) => needs.map((need) => door.lacks[need]).find(Boolean) ?? '',
      )
      const counts = [...Map.groupBy(reasons, (reason) => reason)]
      return [door.name, Object.fromEntries(counts.map(([reason, all]) => [reason, all.length]))]
    })
    expect({ cases: CASES.length, ...Object.fromEntries(counted) }).toMatchInlineSnapshot(`
      {
        "HTTP API 1.0": {
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 8,192 bytes that the Lambda function takes for a token": 1,
        },
        "HTTP API 1.0, through API Gateway": {
          "an HTTP API answers 400 to a path that it cannot decode": 5,
          "an HTTP field value holds no line break": 2,
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 10,240 bytes that API Gateway takes for all headers": 3,
          "payload 1.0, as recorded, shows the last of repeated fields only": 6,
          "the HTTP server of the model takes no control character in a field": 1,
        },
        "HTTP API 2.0, IAM": {
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 8,192 bytes that the Lambda function takes for a token": 1,
        },
        "HTTP API 2.0, IAM, through API Gateway": {
          "an HTTP API answers 400 to a path that it cannot decode": 5,
          "an HTTP field value holds no line break": 2,
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 10,240 bytes that API Gateway takes for all headers": 3,
          "the HTTP server of the model takes no control character in a field": 1,
        },
        "HTTP API 2.0, simple": {
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 8,192 bytes that the Lambda function takes for a token": 1,
        },
        "HTTP API 2.0, simple, through API Gateway": {
          "an HTTP API answers 400 to a path that it cannot decode": 5,
          "an HTTP field value holds no line break": 2,
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 10,240 bytes that API Gateway takes for all headers": 3,
          "the HTTP server of the model takes no control character in a field": 1,
        },
        "REST REQUEST": {
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 8,192 bytes that the Lambda function takes for a token": 1,
        },
        "REST REQUEST, through API Gateway": {
          "an HTTP field value holds no line break": 2,
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 10,240 bytes that API Gateway takes for all headers": 3,
          "the HTTP server of the model takes no control character in a field": 1,
        },
        "REST TOKEN": {
          "a TOKEN event has no headers but the token": 23,
          "a TOKEN event has no query": 9,
          "a TOKEN event has one value": 6,
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 8,192 bytes that the Lambda function takes for a token": 1,
          "without a token API Gateway answers 401 and asks nobody": 10,
        },
        "REST TOKEN, through API Gateway": {
          "a TOKEN event has no headers but the token": 23,
          "a TOKEN event has no query": 9,
          "a TOKEN event has one value": 6,
          "an HTTP field value holds no line break": 2,
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "only a WebSocket API is asked about handshakes": 14,
          "over the 10,240 bytes that API Gateway takes for all headers": 3,
          "the HTTP server of the model takes no control character in a field": 1,
          "without a token API Gateway answers 401 and asks nobody": 10,
        },
        "WebSocket": {
          "a WebSocket API has one path": 81,
          "a handshake counts as unsafe, whatever its method": 2,
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "every request of a WebSocket API is a handshake": 1,
          "over the 8,192 bytes that the Lambda function takes for a token": 1,
        },
        "WebSocket, through API Gateway": {
          "a WebSocket API has one path": 81,
          "a handshake counts as unsafe, whatever its method": 2,
          "an HTTP field value holds no line break": 2,
          "an OPTIONS method of API Gateway has no authorizer": 4,
          "every request of a WebSocket API is a handshake": 1,
          "over the 10,240 bytes that API Gateway takes for all headers": 3,
          "the HTTP server of the model takes no control character in a field": 1,
        },
        "Worker": {
          "an HTTP field value holds no line break": 2,
          "workerd forgets an empty field when another of its name follows": 1,
        },
        "cases": 808,
        "core, AuthRequest": {},
        "core, Request": {
          "a Request holds no line break in a field": 2,
          "the URL of a Request has its dot segments and backslashes resolved": 9,
        },
      }
    `)
  })
})
