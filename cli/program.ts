/** The commands and their options. */
import { Command, CommanderError, Option } from 'commander'
import { checkConfig } from './commands/check.ts'
import type { CheckOptions } from './commands/check.ts'
import type { Context } from './commands/context.ts'
import { develop } from './commands/dev.ts'
import type { DevOptions } from './commands/dev.ts'
import { explainEvent } from './commands/event.ts'
import { explainToken } from './commands/explain.ts'
import type { ExplainOptions } from './commands/explain.ts'
import { initProject } from './commands/init.ts'
import type { InitOptions } from './commands/init.ts'
import { compareFiles, importFrom, showRoutes } from './commands/routes.ts'
import { mintToken } from './commands/token.ts'
import type { TokenOptions } from './commands/token.ts'
import { EXIT, EXIT_HELP } from './exit.ts'
import type { ExitCode } from './exit.ts'
import { CliFault, messageOf } from './fault.ts'
import { FAULTS } from './issuer/mint.ts'
import { printable, printableJson, printableLines } from './printable.ts'
import type { ImportOptions } from './routes/openapi/import.ts'
import { createTerminal } from './terminal.ts'
import { readVersion } from './version.ts'

type Finish = (code: ExitCode) => void

/** Runs one command. Never throws: what went wrong is on standard error, and in the exit code. */
export async function run(words: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok
  const program = createProgram((ended) => (code = ended))
  // A pipe that is closed early, as by `head`, ends the output and nothing else.
  process.stdout.on('error', () => process.exit(code))
  try {
    await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (error) {
    return report(refusalOf(error) ?? error, words.includes('--json'))
  }
}

/** An option that may be given several times. */
const several = (flags: string, description: string, otherwise = 'none'): Option =>
  new Option(flags, description)
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([], otherwise)

function createProgram(finish: Finish): Command {
  const program = new Command('edge-authorizer')
    .description('May this access token call this route? And why not?')
    .version(readVersion(), '-V, --version', 'print the version')
    .showHelpAfterError('(--help lists the commands and options)')
    .addHelpText('after', EXIT_HELP)
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(printableLines(text)) })
  addInit(program, finish)
  addExplain(program, finish)
  addCheck(program, finish)
  addRoutes(program, finish)
  addToken(program, finish)
  addDev(program, finish)
  return program
}

const command = (parent: Command, name: string, description: string): Command =>
  ofConfig(bareCommand(parent, name, description))

const ofConfig = (one: Command): Command =>
  one.option('-c, --config <file>', 'the configuration file (default: authorizer.config.ts)')

/** Of one that reads no configuration. */
const bareCommand = (parent: Command, name: string, description: string): Command =>
  plainCommand(parent, name, description).option('--json', 'print JSON')

/** Of one that answers nothing, and goes on. */
const plainCommand = (parent: Command, name: string, description: string): Command =>
  parent.command(name).description(description).addHelpText('after', EXIT_HELP)

/** Options that commands share. */
interface Common {
  readonly json?: boolean
  readonly config?: string
}

const contextOf = (options: Common): Context => ({
  json: options.json === true,
  config: options.config,
  terminal: createTerminal(process),
})

function addInit(program: Command, finish: Finish): void {
  bareCommand(program, 'init', 'write a configuration and the files that a platform needs')
    .option('--issuer <iss>', 'the issuer, as its tokens spell it')
    .option('--audience <aud>', 'the identifier of your API')
    .option('--platform <name>', 'worker, lambda or both')
    .option('--dir <folder>', 'the folder to write to', '.')
    .option('--dry-run', 'write nothing, say what would be written')
    .option('--force', 'overwrite what is there')
    .action(async (options: InitOptions & Common) =>
      finish(await initProject(options, contextOf(options))),
    )
}

function addExplain(program: Command, finish: Finish): void {
  const judging = (one: Command) =>
    one
      .option('--at <time>', 'decide as of this time: epoch seconds or a date (default: now)')
      .option('--test-keys [file]', 'trust the keys that `token` signs with, and ask no issuer')
      .option('-v, --verbose', 'show what every check expects, and every resource of the policy')
  judging(command(program, 'explain', 'why a token may, or may not, call a route'))
    .argument('[words...]', 'token METHOD /path; the token `-` is read from standard input')
    .usage('[options] [token|-] METHOD /path')
    .addOption(several('-H, --header <line>', 'a further header line, "Name: value"'))
    .option('--no-token', 'a request without a token')
    .action(async (words: readonly string[], options: ExplainOptions & Common) =>
      finish(await explainToken(words, options, contextOf(options))),
    )
  judging(command(program, 'event', 'the same for an event that API Gateway sent'))
    .argument('<file>', 'the event as JSON; `-` reads standard input')
    .action(async (file: string, options: ExplainOptions & Common) =>
      finish(await explainEvent(file, options, contextOf(options))),
    )
}

function addCheck(program: Command, finish: Finish): void {
  command(
    program,
    'check',
    'is the configuration right, do its issuers answer, is its deployment sound?',
  )
    .option('--offline', 'ask no issuer')
    .addOption(
      several(
        '-d, --deployment <file>',
        'a wrangler.jsonc or .toml, serverless.yml or template',
        'those beside the configuration',
      ),
    )
    .action(async (options: CheckOptions & Common) =>
      finish(await checkConfig(options, contextOf(options))),
    )
}

function addRoutes(program: Command, finish: Finish): void {
  const routes = command(program, 'routes', 'the rule set as a table, the most specific first')
  routes.action(async (options: Common) => finish(await showRoutes(contextOf(options))))
  command(routes, 'diff', 'who gains and who loses access between two configurations')
    .argument('<old>', 'a configuration')
    .argument('<new>', 'the configuration that replaces it')
    .action(async (before: string, after: string, _: Common, one: Command) =>
      finish(await compareFiles(before, after, contextOf(one.optsWithGlobals()))),
    )
  command(routes, 'import', 'rules from the `security` of an OpenAPI description')
    .argument('<file>', 'YAML or JSON; `-` reads standard input')
    .option('--prefix <path>', 'a prefix for every path, such as a base path', '')
    .action(async (file: string, options: ImportOptions, one: Command) =>
      finish(await importFrom(file, options, contextOf(one.optsWithGlobals()))),
    )
}

function addToken(program: Command, finish: Finish): void {
  const token = command(program, 'token', 'a test token, signed with a local key')
    .option('--subject <sub>', 'the subject (`sub`)', 'auth0|test-user')
    .option('--client <id>', 'the client id', 'test-client')
    .option('--machine', 'a token of the client itself, without a user')
    .addOption(several('--scope <scopes>', 'scopes, separated by spaces or commas'))
    .addOption(several('--permission <name>', 'a permission'))
    .option('--lifetime <time>', 'how long it is valid: 900, 15m, 1h, 30d', '1h')
    .addOption(several('--claim <name=value>', 'a further claim; a JSON value keeps its type'))
    .addOption(several('--missing <claim>', 'leave a claim out'))
    .option('--issuer <iss>', 'default: the first of the configuration')
    .option('--audience <aud>', 'default: the first of that issuer')
    .addOption(
      new Option('--profile <name>', 'auth0 (JWT, azp) or rfc9068 (at+jwt, client_id)').choices([
        'auth0',
        'rfc9068',
      ]),
    )
    .option('--alg <name>', "default: the issuer's first; `none` for no signature")
    .option('--keys <file>', 'default: .edge-authorizer/test-keys.json')
    .option('--at <time>', 'the time of issue (default: now)')
    .option('--serve [port]', 'run an issuer with these keys on 127.0.0.1, until Ctrl-C')
  for (const [name, [meaning]] of Object.entries(FAULTS)) token.option(`--${name}`, meaning)
  token.action(async (options: TokenOptions & Common & Readonly<Record<string, unknown>>) => {
    const faults = Object.keys(FAULTS).filter((name) => options[camelCase(name)] === true)
    finish(await mintToken({ ...options, faults }, contextOf(options)))
  })
}

function addDev(program: Command, finish: Finish): void {
  const description = 'both front doors on this machine, restarted when the rules change'
  ofConfig(plainCommand(program, 'dev', description))
    .option('-p, --port <first>', 'the first of nine ports in a row')
    .option('--once', 'do not watch the configuration')
    .action(async (options: DevOptions & Common) =>
      finish(await develop(options, contextOf(options))),
    )
}

/** As commander names an option's member. */
const camelCase = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** What the machine refuses, a port in use or a folder that is none, is no fault of the program. */
const refusalOf = (error: unknown): CliFault | null =>
  error instanceof Error && 'syscall' in error
    ? new CliFault(`${printable(error.message)}.`, 'Name another port, file or folder, or free it.')
    : null

function report(fault: unknown, isJson: boolean): ExitCode {
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (fault instanceof CliFault) {
    const { message, mend, exitCode } = fault
    if (isJson) process.stdout.write(`${printableJson({ error: message, mend })}\n`)
    process.stderr.write(`edge-authorizer: ${message}\n  Fix: ${printable(mend)}\n`)
    return exitCode
  }
  process.stderr.write(
    `edge-authorizer: a bug in this program: ${printable(messageOf(fault))}\n  Fix: report it with the command that you gave, without the token.\n`,
  )
  return EXIT.bug
}
