/** Elements from data. Text becomes text nodes, whatever it holds; nothing is ever parsed as HTML. */
export type Child = Node | string | null

export interface Attributes {
  readonly class?: string
  readonly on?: Readonly<Record<string, (event: Event) => void>>
  /** Custom properties of CSS: a policy that forbids inline styles lets a script set them. */
  readonly vars?: Readonly<Record<string, string>>
  readonly attributes?: Readonly<Record<string, string | boolean>>
}

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { class: classes = '', on = {}, vars = {}, attributes = {} }: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  if (classes !== '') element.className = classes
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') element.setAttribute(name, value)
    else element.toggleAttribute(name, value)
  }
  for (const [name, value] of Object.entries(vars)) element.style.setProperty(`--${name}`, value)
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener)
  element.append(...children.filter((child) => child !== null))
  return element
}

/** A button that does something. */
export const button = (
  classes: string,
  press: () => void,
  children: readonly Child[],
  attributes: Attributes['attributes'] = {},
): HTMLButtonElement =>
  h(
    'button',
    { class: classes, on: { click: press }, attributes: { type: 'button', ...attributes } },
    ...children,
  )

/** By id, of the kind that is expected there: anything else is a bug of the page. */
export function find<T extends HTMLElement>(id: string, kind: abstract new () => T): T {
  const element = document.getElementById(id)
  if (element instanceof kind) return element
  throw new TypeError(`no #${id}`)
}
