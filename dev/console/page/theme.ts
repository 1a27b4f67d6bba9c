/** Light or dark: as the system says, unless told otherwise. The choice is all that is ever stored. */
import { find } from './dom.ts'

type Theme = 'light' | 'dark'

const KEY = 'theme'
const isTheme = (value: unknown): value is Theme => value === 'light' || value === 'dark'

export function linkTheme(): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const root = document.documentElement
  const toggle = find('theme', HTMLButtonElement)
  const now = (): Theme => {
    const chosen = root.dataset['theme']
    return isTheme(chosen) ? chosen : dark.matches ? 'dark' : 'light'
  }
  const label = () => {
    const other = now() === 'dark' ? 'light' : 'dark'
    toggle.setAttribute('aria-label', `Switch to the ${other} theme`)
    toggle.title = `Switch to the ${other} theme (t)`
    toggle.textContent = now() === 'dark' ? '☀' : '☾'
  }
  const flip = () => {
    const next: Theme = now() === 'dark' ? 'light' : 'dark'
    root.dataset['theme'] = next
    localStorage.setItem(KEY, next)
    label()
  }
  const stored = localStorage.getItem(KEY)
  if (isTheme(stored)) root.dataset['theme'] = stored
  dark.addEventListener('change', label)
  toggle.addEventListener('click', flip)
  label()
  return flip
}
