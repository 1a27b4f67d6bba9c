/** A wrong configuration: every fault at once, each with where it is, what it is, and the mend. */

export type FaultCode =
  | 'config_invalid'
  | 'config_audience_reserved'
  | 'config_alg_mix'
  | 'config_secret_weak'
  | 'config_decryption_keys'
  | 'config_issuer_not_https'
  | 'config_tolerance'
  | 'config_idp_audience_unverifiable'

export interface ConfigFault {
  readonly code: FaultCode
  /** `issuers[0].audience`. */
  readonly path: string
  readonly message: string
}

/** Thrown where a configuration is wrong. The message lists every fault; `faults` has them one by one. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError' as const
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ path, message }) => `\n  ${path}: ${message}`)
    super(`edge-authorizer: the configuration is wrong (${faults.length})${lines.join('')}`)
    this.faults = faults
  }
}

/** Names of members and positions in lists, from the root of the configuration. */
export type Path = readonly (string | number)[]

/** Takes one fault. `path`: to the member, from where the check began. */
export type Report = (path: Path, message: string, code?: FaultCode) => void

/** For a check of what stands at `base`. */
export const below =
  (report: Report, ...base: Path): Report =>
  (path, ...fault) =>
    report([...base, ...path], ...fault)

/** `['issuers', 0, 'audience']` → `issuers[0].audience`; a route becomes `routes["GET /a"]`. */
export const formatPath = (path: Path): string =>
  path
    .map((part) => (/^[A-Za-z]\w*$/.test(`${part}`) ? `.${part}` : `[${JSON.stringify(part)}]`))
    .join('')
    .replace(/^\./, '')
