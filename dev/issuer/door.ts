import type { RequestListener } from 'node:http'
import type { Provider } from 'oidc-provider'
import { countRequest, type Requests } from './endpoints.ts'
import { interact, isInteraction } from './interactions.ts'

/** What stands between the port and the Provider of the moment: it counts, and it can turn everyone away. */
export interface Door {
  readonly listener: RequestListener
  admitTo(provider: Provider): void
  setOpen(open: boolean): void
}

type Handler = (path: string, ...exchange: Parameters<RequestListener>) => Promise<void>

export function createDoor(requests: Requests): Door {
  // No Provider at first: its issuer, hence the port, has to be known before it can be made.
  let handle: Handler = refuse
  let open = true
  return {
    listener(request, response) {
      const path = request.url?.split('?', 1)[0] ?? '/'
      countRequest(requests, path)
      void (open ? handle : refuse)(path, request, response)
    },
    admitTo(provider) {
      handle = createHandler(provider)
    },
    setOpen(next) {
      open = next
    },
  }
}

function createHandler(provider: Provider): Handler {
  const answer = provider.callback()
  return (path, request, response) =>
    isInteraction(path) ? interact(provider, request, response) : answer(request, response)
}

async function refuse(...[, , response]: Parameters<Handler>): Promise<void> {
  response.writeHead(503).end()
}
