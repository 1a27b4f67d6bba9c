/** A wrong configuration: every fault at once, each with where it is, what it is, and the mend. */

export type FaultCode =
  | 'config_invalid'
  | 'config_not_supported'
  | 'config_audience_reserved'
  | 'config_alg_mix'
  | 'config_secret_weak'
  | 'config_issuer_not_https'
  | 'config_tolerance'

export interface ConfigFault {
  readonly code: FaultCode
  /** `issuers[0].audience`, or empty for the whole. */
  readonly path: string
  readonly message: string
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError' as const
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    super(report(faults))
    this.faults = faults
  }
}

function report(faults: readonly ConfigFault[]): string {
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`
  const lines = faults.map(({ path, message }) => `  ${path === '' ? 'config' : path}: ${message}`)
  return [`edge-authorizer: the configuration has ${count}`, ...lines].join('\n')
}

type PathPart = string | number

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/** `['issuers', 0, 'audience']` → `issuers[0].audience`; a route becomes `routes["GET /a"]`. */
export const formatPath = (path: readonly PathPart[]): string =>
  path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`
      return IDENTIFIER.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`
    })
    .join('')
    .replace(/^\./, '')
