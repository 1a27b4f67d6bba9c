import { readdirSync, readFileSync } from 'node:fs'

export interface Memory {
  /** Megabytes. */
  readonly node: number
  readonly workerd: number
}

/** With what each door's isolate uses after a garbage collection. */
export type Sample = Memory & { readonly guard: number; readonly function: number }

const MEGABYTE = 1_048_576

/** Of this process, which holds the function, the gateway, the issuer and the load; and of workerd. */
export const readMemory = (): Memory => ({
  node: process.memoryUsage.rss() / MEGABYTE,
  workerd: childrenNamed('workerd').reduce((sum, pid) => sum + residentOf(pid), 0),
})

export const describeMemory = (sample: Sample | undefined): string =>
  Object.entries(sample ?? {})
    .map(([name, megabytes]) => `${name} ${megabytes.toFixed(1)} MB`)
    .join(', ')

/** 0 where there is no /proc. */
function childrenNamed(name: string): readonly string[] {
  try {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .filter((pid) => {
        const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(read(pid, 'stat')) ?? []
        return command === name && Number(parent) === process.pid
      })
  } catch {
    return []
  }
}

const residentOf = (pid: string): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(read(pid, 'status'))?.[1] ?? 0) / 1024

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // it has ended meanwhile
  }
}

/** Later samples against earlier ones, the first quarter left out: everything is still warming up. */
export function growthOf(samples: readonly number[]): number {
  const quarter = Math.floor(samples.length / 4)
  return median(samples.slice(-quarter)) - median(samples.slice(quarter, 2 * quarter))
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
