/** Cold starts: fresh Node processes that load an authorizer and decide one token. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundle } from '../bundle.ts'
import { COLD } from '../names.ts'
import { ROUTES } from '../ours.ts'
import type { Pace } from '../pace.ts'
import { launch } from '../processes.ts'
import type { Launch } from '../processes.ts'
import { rounds } from '../rounds.ts'
import type { Section } from '../section.ts'
import { layOut } from '../table.ts'
import type { Cell } from '../table.ts'
import { createIssuer, describeUser } from '../tokens.ts'
import type { BenchIssuer } from '../tokens.ts'
import { startScriptedIssuer } from '../../test/support/scripted-issuer.ts'
import { encodePart, signParts } from '../../test/support/jws.ts'

const SECRET = 'a secret of thirty-two bytes or more, for the bench'

/** Row → handler of the peers. */
const PEERS: Readonly<Record<string, string>> = {
  [COLD.joseSecret]: 'jose-secret',
  [COLD.joseLocal]: 'jose',
  [COLD.joseFetch]: 'jose-remote',
  'aws-jwt-verify, key set at hand': 'aws-jwt-verify',
  'fast-jwt, key at hand': 'fast-jwt',
  'hono app + jwk, key set at hand': 'hono',
  'express-oauth2-jwt-bearer, key at hand': 'express',
}

export const cold: Section = {
  name: 'cold',
  async run({ pace, tell }) {
    const folder = await mkdtemp(join(tmpdir(), 'edge-authorizer-bench-'))
    const scripted = await startScriptedIssuer()
    const issuer = await createIssuer('RS256', scripted.issuer)
    const jwksUri = scripted.url('jwks')
    scripted.answer('jwks', () => ({ body: { keys: [issuer.key.publicJwk] } }))
    try {
      const launches = await describe(issuer, jwksUri, folder)
      tell(`${pace.processes} processes each of ${Object.keys(launches).length} kinds`)
      const frame = {
        name: 'cold',
        title: 'Cold start on Node, as Lambda does it',
        unit: 'ms',
        corner: 'handler',
        note: 'The issuer answers over plain HTTP on loopback, so a fetch here is without TLS and without distance.',
      } as const
      return [layOut(frame, await startInTurn(launches, pace))]
    } finally {
      await scripted.close()
      await rm(folder, { recursive: true })
    }
  },
}

async function startInTurn(
  launches: Readonly<Record<string, Launch>>,
  pace: Pace,
): Promise<readonly Cell[]> {
  const cells: (Cell & { readonly rounds: number[] })[] = []
  const note = (row: string, column: string, value: number) => {
    const cell = cells.find((one) => one.row === row && one.column === column)
    if (cell) cell.rounds.push(value)
    else cells.push({ row, column, rounds: [value] })
  }
  // The first turn fills the disk cache.
  for (const turn of rounds(pace.processes + 1, pace)) {
    for (const [row, start] of Object.entries(launches)) {
      const { ms, output } = await launch(start)
      if (turn === 0) continue
      const [load = 0, call = 0] = JSON.parse(output) as readonly number[]
      note(row, COLD.process, ms)
      if (load + call === 0) continue
      note(row, COLD.load, load)
      note(row, COLD.call, call)
      note(row, COLD.loadAndCall, load + call)
    }
  }
  return cells
}

async function describe(
  issuer: BenchIssuer,
  jwksUri: string,
  folder: string,
): Promise<Readonly<Record<string, Launch>>> {
  const claims = issuer.signer.claims(describeUser(issuer.issuer, issuer.audience, 1))
  const signed = issuer.signer.sign(claims)
  const secretly = signParts(
    encodePart(JSON.stringify({ alg: 'HS256', typ: 'JWT' })),
    encodePart(JSON.stringify(claims)),
    { key: issuer.key, secret: SECRET, signWith: 'HS256' },
  )
  const ours = resolve('dist/lambda/index.mjs')
  const compile = (file: string): Launch => ({
    arguments: ['--experimental-vm-modules', 'bench/handlers/compile.mjs'],
    environment: { HANDLER: pathToFileURL(file).href },
  })
  const trust = { issuer: issuer.issuer, audience: issuer.audience }
  const withSecret = { ...trust, algorithms: ['HS256'], secret: { env: 'SECRET' } }
  const script = (name: string): Launch => ({ arguments: [`bench/handlers/${name}.mjs`] })
  const launches: Record<string, Launch> = {
    [COLD.empty]: script('empty'),
    [COLD.emptyHttp]: script('empty-http'),
    [COLD.emptyHttps]: script('empty-https'),
    [COLD.webCrypto]: script('webcrypto'),
    [COLD.oursCompiled]: compile(ours),
    [COLD.oursSecret]: handle(ours, secretly, { ...configure(withSecret), SECRET }),
    [COLD.oursFetch]: handle(ours, signed, configure({ ...trust, jwksUri })),
  }
  for (const [row, name] of Object.entries(PEERS)) {
    const file = join(folder, `${name}.mjs`)
    await writeFile(file, await bundle(`bench/handlers/${name}.ts`, 'lambda'))
    const algorithms = [name === 'jose-secret' ? 'HS256' : 'RS256']
    const setting = {
      keys: { keys: [issuer.key.publicJwk] },
      pem: issuer.key.publicPem,
      secret: SECRET,
      jwksUri,
      options: { ...trust, algorithms },
    }
    const token = name === 'jose-secret' ? secretly : signed
    launches[row] = handle(file, token, { BENCH: JSON.stringify(setting) })
    if (row === COLD.joseSecret) launches[COLD.joseCompiled] = compile(file)
  }
  return launches
}

const configure = (issuer: object) => ({
  AUTHORIZER_CONFIG: JSON.stringify({ issuers: [issuer], routes: ROUTES, log: 'none' }),
})

const handle = (
  file: string,
  token: string,
  environment: Readonly<Record<string, string>>,
): Launch => ({
  arguments: ['bench/handlers/launch.mjs'],
  environment: {
    ...environment,
    HANDLER: pathToFileURL(file).href,
    EVENT: JSON.stringify(describeEvent(token)),
  },
})

/** Of an HTTP API with payload 2.0, as far as an authorizer looks. */
const describeEvent = (token: string) => ({
  version: '2.0',
  type: 'REQUEST',
  routeArn: 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/$default/GET/patients/4711',
  routeKey: 'GET /patients/{id}',
  rawPath: '/patients/4711',
  rawQueryString: '',
  headers: { authorization: `Bearer ${token}`, host: 'api.example.com' },
  requestContext: {
    domainName: 'api.example.com',
    http: { method: 'GET', path: '/patients/4711' },
  },
})
