/** An API that does nothing, in the same workerd: forwarding costs as little as it can. */
export default {
  fetch: () => new Response('{"patients":[]}', { headers: { 'content-type': 'application/json' } }),
}
