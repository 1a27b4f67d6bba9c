import { createSampleClients, type SampleClients } from './client.ts'
import { createDoor } from './door.ts'
import { createRequests, type Requests } from './endpoints.ts'
import { createKeyRing, type KeyRing } from './keys.ts'
import { mint, type MintRequest } from './mint.ts'
import { OPAQUE_AUDIENCE, settleOptions, type IssuerOptions } from './options.ts'
import { createProvider } from './provider.ts'
import { listenOnLoopback } from './server.ts'
import { createStore } from './store.ts'

/** A running OpenID provider. */
export interface Issuer {
  /** Discovery's `issuer` and every token's `iss`: `http://127.0.0.1:<port>`, with no slash at the end. */
  readonly issuer: string
  /** Audience of the sample API. */
  readonly audience: string
  /** Audience of the API whose tokens are opaque. */
  readonly opaqueAudience: string
  readonly clients: SampleClients
  readonly requests: Requests
  mint(request?: MintRequest): Promise<string>
  // Of the signing keys: as in `KeyRing`, in force from the next request on.
  currentKid: KeyRing['currentKid']
  announce: KeyRing['announce']
  rotate: KeyRing['rotate']
  retire: KeyRing['retire']
  revokeKey: KeyRing['revoke']
  /** 'refuse' (default) closes the port; 'unavailable' answers 503 to everything. */
  stop(how?: 'refuse' | 'unavailable'): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

/** Starts a real OpenID provider on loopback, in memory, for local runs and end-to-end tests. */
export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const settled = settleOptions(options)
  const samples = await createSampleClients()
  const keys = await createKeyRing(settled.algorithms)
  const requests = createRequests()
  const adapter = createStore()
  const door = createDoor(requests)
  const server = await listenOnLoopback(settled.port, door.listener)
  const issuer = server.origin
  const clients = [...Object.values(samples), ...settled.clients]

  function publish(): void {
    door.admitTo(createProvider({ ...settled, issuer, clients }, { adapter, jwks: keys.jwks() }))
  }
  async function publishing<T>(change: Promise<T>): Promise<T> {
    const result = await change
    publish()
    return result
  }
  publish()

  return {
    issuer,
    audience: settled.audience,
    opaqueAudience: OPAQUE_AUDIENCE,
    clients: samples,
    requests,
    mint: (request) => mint({ ...settled, issuer, machine: samples.machine }, request),
    currentKid: keys.currentKid,
    announce: (algorithm) => publishing(keys.announce(algorithm)),
    rotate: (algorithm) => publishing(keys.rotate(algorithm)),
    retire() {
      keys.retire()
      publish()
    },
    revokeKey: (kid) => publishing(keys.revoke(kid)),
    async stop(how = 'refuse') {
      if (how === 'refuse') await server.shut()
      else door.setOpen(false)
    },
    async resume() {
      door.setOpen(true)
      await server.reopen()
    },
    close: server.shut,
  }
}
