/** Names to their values, in order, decoded as forms are: `+` is a space (CAPTURE: hotsock/voker). */
export const readQuery = (query: string): Map<string, readonly string[]> => {
  const values = new Map<string, readonly string[]>()
  for (const [name, value] of new URLSearchParams(query)) {
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return values
}

/** Payload 1.0 `queryStringParameters`: the last value wins. */
export const lastValues = (values: Map<string, readonly string[]>): Record<string, string> =>
  Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1) ?? '']))

/** Payload 2.0: repeated names are joined with commas. */
export const joinedValues = (values: Map<string, readonly string[]>): Record<string, string> =>
  Object.fromEntries([...values].map(([name, list]) => [name, list.join(',')]))
