/** One option of a deployment: set, left to its default, or not for us to know. */
import { isUnknown, itemsOf, textOf } from './tree.ts'
import type { Tree } from './tree.ts'

export interface Setting<T> {
  /** Undefined: unset, or unknown. */
  readonly value: T | undefined
  readonly isUnknown: boolean
  /** Where it is set, or should be. */
  readonly line: number
}

type Read<T> = (tree: Tree) => T | undefined

/** What is written but cannot be read is unknown: better silent than wrong. */
export function readSetting<T>(tree: Tree | undefined, line: number, read: Read<T>): Setting<T> {
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return unset(line)
  const value = read(tree)
  return { value, isUnknown: value === undefined, line: tree.line }
}

export const unset = (line: number): Setting<never> => ({
  value: undefined,
  isUnknown: false,
  line,
})

export const isUnset = ({ value, isUnknown }: Setting<unknown>): boolean =>
  value === undefined && !isUnknown

/** What counts where nothing is said. */
export const withDefault = <T>(setting: Setting<T>, value: T): Setting<T> =>
  isUnset(setting) ? { ...setting, value } : setting

export const asText: Read<string> = textOf

export const asNumber: Read<number> = (tree) => {
  const number = Number(textOf(tree) || Number.NaN)
  return Number.isFinite(number) ? number : undefined
}

export const asBoolean: Read<boolean> = (tree) => {
  const text = textOf(tree)?.toLowerCase()
  return text === 'true' || text === 'false' ? text === 'true' : undefined
}

/** Without quotes, `2.0` is the number 2 to YAML and JSON. */
export const asVersion: Read<string> = (tree) => textOf(tree)?.replace(/^\d$/, '$&.0')

/** REST writes several in one text, divided by commas. */
export const asList: Read<readonly string[]> = (tree) => {
  const items = itemsOf(tree)
  if (items.some((item) => isUnknown(item) || textOf(item) === undefined)) return undefined
  return items.flatMap((item) => (textOf(item) ?? '').split(',')).map((name) => name.trim())
}
