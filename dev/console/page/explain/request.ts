/** Which request: written, or one that a configured route answers. */
import type { RouteView } from '../../api.ts'
import { renderRoute, type Fields, type Told } from './fields.ts'

export function createRequestPicker(
  routes: readonly RouteView[],
  { method, path, headers }: Fields,
  { now, later }: Told,
) {
  const mark = () => {
    for (const [at, item] of list.entries()) {
      const isIt = routes[at]?.method === method.value && routes[at].path === path.value
      item.setAttribute('aria-pressed', String(isIt))
    }
  }
  const set = (verb: string, target: string) => {
    method.value = verb
    path.value = target
    mark()
  }
  const list = routes.map((route) =>
    renderRoute(route, () => {
      set(route.method, route.path)
      now()
    }),
  )
  for (const field of [method, path, headers]) field.addEventListener('input', later)
  for (const field of [method, path]) field.addEventListener('input', mark)
  return { list, set }
}
