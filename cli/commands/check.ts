/** `check`: is the configuration right, do its issuers answer, and what will be deployed with it? */
import { readConfig } from '../../shared/config/read.ts'
import { ConfigError } from '../../shared/config/fault.ts'
import type { Config } from '../../shared/config/types.ts'
import { createRules } from '../../shared/policy/rules.ts'
import { advise } from '../check/advice.ts'
import { findingOf } from '../check/fault.ts'
import { exitOf, finding } from '../check/finding.ts'
import type { CheckFinding } from '../check/finding.ts'
import { checkIssuer } from '../check/issuer.ts'
import type { IssuerReport } from '../check/issuer.ts'
import { lintBeside } from '../check/lint.ts'
import { forecastPolicies } from '../check/policy.ts'
import type { PolicyForecast } from '../check/policy.ts'
import type { ExitCode } from '../exit.ts'
import { findConfig, readConfigFile } from '../load/config.ts'
import { watchedHttp } from '../load/http.ts'
import { listRoutes } from '../routes/describe.ts'
import type { RouteRow } from '../routes/describe.ts'
import { renderCheck } from '../render/check.ts'
import type { Context } from './context.ts'

export interface CheckOptions {
  readonly offline?: boolean
  /** Files of a deployment, in place of those beside the configuration. */
  readonly deployment: readonly string[]
}

export interface CheckReport {
  readonly config: string
  /** Variables of the environment that replaced part of it. */
  readonly replacedBy: readonly string[]
  readonly issuers: readonly IssuerReport[]
  readonly routes: readonly RouteRow[]
  /** null: every policy is for one request. */
  readonly policies: PolicyForecast | null
  readonly deployment: readonly string[]
  readonly findings: readonly CheckFinding[]
}

export async function checkConfig(options: CheckOptions, context: Context): Promise<ExitCode> {
  const path = findConfig(context.config)
  const written = await readConfigFile(path)
  const report = await inspect(written, path, { options, context })
  if (context.json) context.terminal.printJson(report)
  else context.terminal.print(...renderCheck(report, context.terminal))
  return exitOf(report.findings)
}

interface Given {
  readonly options: CheckOptions
  readonly context: Context
}

const REPLACING = ['AUTHORIZER_CONFIG', 'ISSUER', 'AUDIENCE']

async function inspect(written: unknown, path: string, given: Given): Promise<CheckReport> {
  const nothing: CheckReport = {
    config: path,
    replacedBy: REPLACING.filter((name) => process.env[name]),
    issuers: [],
    routes: [],
    policies: null,
    deployment: [],
    findings: [],
  }
  try {
    return { ...nothing, ...(await inspectSound(readConfig(written, process.env), path, given)) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { ...nothing, findings: error.faults.map(findingOf) }
  }
}

async function inspectSound(config: Config, path: string, { options, context }: Given) {
  const rules = createRules(config)
  const http = options.offline ? null : watchedHttp(context.terminal)
  const issuers = await Promise.all(
    config.issuers.map((entry, index) => checkIssuer({ entry, index, config }, http, Date.now)),
  )
  const policies = config.apiGateway?.policy === 'request' ? null : forecastPolicies(rules)
  const deployment = await lintBeside(path, config, options.deployment)
  return {
    issuers,
    routes: listRoutes(rules),
    policies,
    deployment: deployment.files,
    findings: [
      ...issuers.flatMap(({ findings }) => findings),
      ...(policies ? policyFindings(policies) : []),
      ...advise(config),
      ...deployment.findings,
    ],
  }
}

const policyFindings = ({ notExpressible }: PolicyForecast): readonly CheckFinding[] =>
  notExpressible.map((name) =>
    finding(
      'warning',
      ['policy-not-expressible', 'routes'],
      `no single policy fits a token that ${name}`,
      'Such a token gets a policy for each request: set the TTL to 0, or split the paths.',
    ),
  )
