/** Which one this is, for reports of its faults. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { memberOf, parseJson } from '../shared/json.ts'

/** The package finds itself, installed or in its clone. */
export function readVersion(): string {
  const path = fileURLToPath(import.meta.resolve('edge-authorizer/package.json'))
  return `${memberOf(parseJson(readFileSync(path, 'utf8')), 'version')}`
}
