/** Tabs as people with a keyboard know them: arrows, Home and End move, one of them is in the tab order. */
const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  ArrowUp: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** `choose` is told which one; returns the way to choose one from outside. */
export function linkTabs(
  tabs: readonly HTMLElement[],
  choose: (index: number) => void,
): (index: number) => void {
  const select = (index: number) => {
    for (const [at, tab] of tabs.entries()) {
      tab.setAttribute('aria-selected', String(at === index))
      tab.tabIndex = at === index ? 0 : -1
    }
    choose(index)
  }
  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener('click', () => select(at))
    tab.addEventListener('keydown', (event) => {
      const step = STEPS[event.key]
      if (!step) return
      event.preventDefault()
      const next = step(at, tabs.length)
      select(next)
      tabs[next]?.focus()
    })
  }
  return select
}
