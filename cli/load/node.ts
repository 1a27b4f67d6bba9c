/** Which Node runs this, and what it can do. */

/** Reads TypeScript without being told to. */
const TYPES_SINCE = '22.18'

export const readsTypeScript = (): boolean =>
  'typescript' in process.features && process.features.typescript !== false

export const typeScriptMend = `Run it with Node ${TYPES_SINCE} or newer, or write the configuration as authorizer.config.json.`
