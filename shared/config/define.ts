/** Typed configuration, checked by the editor as it is written and by the schema when it is read. */
import type { Config } from './types.ts'

export const defineConfig = (config: Config): Config => config
