/**
 * Of `Headers`, what signing a request needs. The first touch of Node's own loads its whole fetch
 * implementation, 30 to 50 ms of every cold start; the build of the function puts this in its place.
 */
export class Headers extends Map<string, string> {
  constructor(fields: Readonly<Record<string, string>>) {
    super()
    for (const [name, value] of Object.entries(fields)) this.set(name, value)
  }

  override get(name: string): string | undefined {
    return super.get(name.toLowerCase())
  }

  override has(name: string): boolean {
    return super.has(name.toLowerCase())
  }

  override set(name: string, value: string): this {
    return super.set(name.toLowerCase(), value)
  }

  override delete(name: string): boolean {
    return super.delete(name.toLowerCase())
  }
}
