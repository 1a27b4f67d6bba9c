/** Every sample token at every route: one explanation each, of which a cell keeps the verdict. */
import type { Explain } from '../../cli/explain/explain.ts'
import type { Matrix, MatrixCell, RouteView } from './api.ts'
import { nowAt } from './question.ts'
import type { Samples } from './samples.ts'

export interface MatrixParts {
  readonly samples: Samples
  readonly routes: readonly RouteView[]
  readonly explain: Explain
}

export const NO_TOKEN = { name: 'none', story: 'no token at all' } as const

export async function fillMatrix(
  { samples, routes, explain }: MatrixParts,
  clockSeconds: number,
): Promise<Matrix> {
  const named = [NO_TOKEN, ...(await samples.list())]
  const minted = await Promise.all(
    named.map(({ name }) => (name === NO_TOKEN.name ? null : samples.mint(name))),
  )
  const now = nowAt(clockSeconds)
  const judge = async (route: RouteView, token: string | null): Promise<MatrixCell> => {
    const request = { method: route.method, path: route.path, headers: {} }
    const { verdict, mend } = await explain({ request, token, now })
    return { outcome: verdict.outcome, status: verdict.status, code: verdict.code, mend }
  }
  const rows = []
  for (const route of routes) {
    const cells = []
    for (const token of minted) cells.push(await judge(route, token))
    rows.push({ route, cells })
  }
  return { samples: named, rows }
}
