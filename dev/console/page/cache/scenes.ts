/** Sequences worth looking at, of whatever routes there are. */
import type { RouteView, TimelineCall, World } from '../../api.ts'

type Scene = readonly [title: string, calls: readonly TimelineCall[]]

export function listScenes({ routes }: World): readonly Scene[] {
  const guarded = routes.filter(({ asks, path }) => asks !== 'public' && path.startsWith('/'))
  const call = (sample: string | null, route: RouteView | undefined, after = 0): TimelineCall => ({
    sample,
    method: route?.method ?? 'GET',
    path: route?.path ?? '/',
    after,
  })
  const main = guarded.find(({ asks }) => asks.startsWith('scope')) ?? guarded[0]
  const first = main ?? routes[0]
  const last = guarded.at(-1) ?? first
  const others = guarded.filter((route) => route !== first)
  return [
    [
      'One token, many routes',
      [call('read', first), ...others.slice(0, 6).map((route) => call('read', route, 5))],
    ],
    ['The TTL runs out', [0, 20, 20, 19, 2, 20].map((after) => call('read', first, after))],
    [
      'Two tokens',
      [
        call('read', first),
        call('admin', first, 5),
        call('read', last, 5),
        call('admin', last, 5),
        call(null, first, 5),
      ],
    ],
    [
      'Outage',
      [
        call('outage', first),
        call('outage', first, 5),
        call('read', first, 5),
        call('read', first, 5),
      ],
    ],
  ]
}
