/** The console's page: four views of one process. */
import { linkClock } from './clock.ts'
import { find } from './dom.ts'
import { createExplainView } from './explain/view.ts'
import { ask, follow } from './http.ts'
import { createMatrixView } from './matrix.ts'
import { createShared, type Shared } from './state.ts'
import { linkTabs } from './tabs.ts'
import { linkTheme } from './theme.ts'
import { createCacheView } from './cache/view.ts'
import { createWorldView } from './world/view.ts'

const VIEWS = ['explain', 'matrix', 'cache', 'world'] as const

/** What a view does when it comes into sight. */
export type Enter = () => void

function trouble(text: string | null): void {
  const line = find('trouble', HTMLParagraphElement)
  line.hidden = text === null
  line.textContent = text
}

/** Its end is no news of any other trouble. */
function settle(text: string): void {
  if (find('trouble', HTMLParagraphElement).textContent === text) trouble(null)
}

function linkViews(enter: readonly Enter[]): (index: number) => void {
  const tabs = VIEWS.map((name) => find(`tab-${name}`, HTMLButtonElement))
  const panels = VIEWS.map((name) => find(name, HTMLElement))
  const select = linkTabs(tabs, (index) => {
    for (const [at, panel] of panels.entries()) panel.hidden = at !== index
    history.replaceState(null, '', `#${VIEWS[index]}`)
    enter[index]?.()
  })
  const named = () => VIEWS.findIndex((name) => location.hash === `#${name}`)
  select(Math.max(named(), 0))
  // Written into the address bar, or a link to another view.
  addEventListener('hashchange', () => named() >= 0 && select(named()))
  return select
}

const isTyping = ({ target }: Event): boolean =>
  target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)

function linkKeys(select: (index: number) => void, flipTheme: () => void): void {
  const focusIn = (id: string) => () => {
    select(0)
    document.getElementById(id)?.focus()
  }
  const actions: Readonly<Record<string, () => void>> = {
    ...Object.fromEntries(VIEWS.map((_, index) => [String(index + 1), () => select(index)])),
    '/': focusIn('token'),
    p: focusIn('path'),
    t: flipTheme,
  }
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && document.activeElement instanceof HTMLElement) {
      return document.activeElement.blur()
    }
    const action = actions[event.key]
    if (!action || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    action()
  })
}

function linkSkip(): void {
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault()
    find('main', HTMLElement).focus()
  })
}

async function start(): Promise<void> {
  const flipTheme = linkTheme()
  linkSkip()
  const shared: Shared = createShared(await ask('world', {}), trouble)
  linkClock(shared)
  const explain = createExplainView(find('explain', HTMLElement), shared)
  const matrix = createMatrixView(find('matrix', HTMLElement), shared)
  const cache = createCacheView(find('cache', HTMLElement), shared)
  const world = createWorldView(find('world', HTMLElement), shared)
  const select = linkViews([explain.enter, matrix, cache, world.enter])
  shared.open = (sample, method, path) => {
    select(0)
    explain.show(sample, method, path)
    scrollTo({ top: 0 })
  }
  follow(world.take, (isGone) => (isGone ? trouble(GONE) : settle(GONE)))
  linkKeys(select, flipTheme)
}

const GONE = 'The process behind this page does not answer. Was npm start ended?'

start().catch(() => trouble(GONE))
