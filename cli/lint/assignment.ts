/** A mend in the words of the file that needs it: `name = value` in TOML, `"name": value` in JSON. */
type Value = string | boolean | readonly Value[] | { readonly [name: string]: Value }

export function writeAssignment(file: string, name: string, value: Value): string {
  const start = file.endsWith('.toml') ? `${name} = ` : `"${name}": `
  return start + writeValue(file, value)
}

function writeValue(file: string, value: Value): string {
  if (typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map((item) => writeValue(file, item)).join(', ')}]`
  const members = Object.entries(value).map(([name, part]) => writeAssignment(file, name, part))
  return `{ ${members.join(', ')} }`
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value)
