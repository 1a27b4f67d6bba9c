/** `explain`: why a token may, or may not, call a route. */
import { createExplainer } from '../explain/explain.ts'
import type { Explanation } from '../explain/explanation.ts'
import { EXIT } from '../exit.ts'
import type { ExitCode } from '../exit.ts'
import { CliFault } from '../fault.ts'
import type { Http } from '../../shared/ports.ts'
import { keyFile } from '../issuer/keys.ts'
import { localKeysHttp } from '../issuer/serve.ts'
import { loadConfig } from '../load/config.ts'
import type { LoadedConfig } from '../load/config.ts'
import { watchedHttp } from '../load/http.ts'
import { askToken, readInput, trimToken } from '../load/input.ts'
import { isMethod, readHeaderLines, readTarget } from '../load/request.ts'
import { readInstant } from '../load/instant.ts'
import { renderExplanation } from '../render/explanation.ts'
import type { Context } from './context.ts'

export interface ExplainOptions {
  readonly header: readonly string[]
  /** `--no-token`. */
  readonly token: boolean
  readonly at?: string
  readonly verbose?: boolean
  readonly testKeys?: string | boolean
}

export async function explainToken(
  said: readonly string[],
  asked: ExplainOptions,
  context: Context,
): Promise<ExitCode> {
  const { words, options } = untangle(said, asked)
  const { given, method, target } = splitWords(words, options)
  const request = readTarget(method, target)
  const headers = readHeaderLines(options.header)
  const at = options.at === undefined ? null : readInstant(options.at)
  const { path, config } = await loadConfig(context.config)
  const token = await findToken(given, options, context)
  // Not before it was read: the token may have been issued while we waited for it.
  const now = at ?? readInstant(undefined)
  const explain = createExplainer(config, {
    http: await httpFor(options, { path, config }, context),
    environment: process.env,
  })
  return show(await explain({ request: { ...request, headers }, token, now }), options, context)
}

export function show(
  explanation: Explanation,
  { verbose }: Pick<ExplainOptions, 'verbose'>,
  { json, terminal }: Context,
): ExitCode {
  if (json) terminal.printJson(explanation)
  else terminal.print(...renderExplanation(explanation, terminal, { isVerbose: verbose === true }))
  return { allow: EXIT.ok, deny: EXIT.denied, unavailable: EXIT.unavailable }[
    explanation.verdict.outcome
  ]
}

/** The issuers, or for tokens of `edge-authorizer token` the keys that it signs with. */
export async function httpFor(
  { testKeys }: Pick<ExplainOptions, 'testKeys'>,
  { path, config }: LoadedConfig,
  { terminal }: Context,
): Promise<Http> {
  if (testKeys === undefined) return watchedHttp(terminal)
  const file = keyFile(path, testKeys)
  const http = await localKeysHttp(config, file)
  terminal.note(`judged with the keys of ${file}, which no deployment trusts`)
  return http
}

/** No file of keys is called `-`: in `--test-keys - GET /a` it stands for the token. */
function untangle(words: readonly string[], options: ExplainOptions) {
  if (options.testKeys !== '-') return { words, options }
  return { words: ['-', ...words], options: { ...options, testKeys: true } }
}

function splitWords(words: readonly string[], { token }: ExplainOptions) {
  const [first = '', second = '', third = ''] = words
  if (words.length === 2 && isMethod(first)) return { given: null, method: first, target: second }
  if (words.length === 3) {
    if (token) return { given: first, method: second, target: third }
    throw new CliFault('There is a token, and --no-token.', 'Leave one of them out.')
  }
  throw new CliFault(
    'explain needs a token, a method and a path.',
    'Write, for example: edge-authorizer explain - GET /patients < token.txt',
  )
}

async function findToken(
  given: string | null,
  { token: isWanted, header }: ExplainOptions,
  { terminal }: Context,
): Promise<string | null> {
  const isBrought = header.some((line) => /^(?:authorization|cookie):/i.test(line))
  if (!isWanted || (given === null && isBrought)) return null
  const text =
    given === '-' ? await readInput(process.stdin) : (given ?? (await askToken(terminal)))
  const token = trimToken(text)
  return token === '' ? null : token
}
