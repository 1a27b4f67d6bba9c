import type { Config } from './types.ts'

/**
 * A configuration, checked by the editor as it is written, and by the schema when it is read. Every
 * option: docs/configuration.md.
 */
export const defineConfig = (config: Config): Config => config
