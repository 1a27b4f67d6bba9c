/** The report of `check` for people. */
import type { IssuerReport } from '../check/issuer.ts'
import type { CheckReport } from '../commands/check.ts'
import { printable } from '../printable.ts'
import { layTable } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { renderFindings } from './findings.ts'
import { renderRoutes } from './routes.ts'

export function renderCheck(report: CheckReport, terminal: Terminal): readonly string[] {
  const { paint } = terminal
  const heading = (text: string) => ['', paint.bold(text)]
  const isRead = report.routes.length > 0
  return [
    ...heading(printable(report.config)),
    ...report.replacedBy.map((name) =>
      paint.yellow(`  ${name} of the environment replaces part of it`),
    ),
    ...(isRead
      ? [
          ...heading('Issuers'),
          ...report.issuers.flatMap((issuer) => renderIssuer(issuer, terminal)),
          ...heading('Routes, the most specific first'),
          ...renderRoutes(report.routes, terminal),
          ...heading('Policies at API Gateway'),
          ...renderPolicies(report),
          ...heading('Deployment'),
          ...renderDeployment(report),
        ]
      : []),
    ...heading('Findings'),
    ...renderFindings(report.findings, terminal),
    '',
  ]
}

function renderIssuer(report: IssuerReport, { paint }: Terminal): readonly string[] {
  const { issuer, state, keys, configured, jwksUri, clockDifferenceSeconds: clock } = report
  const name = printable(issuer)
  const algorithms = `takes ${configured.join(', ')}`
  if (state === 'secret')
    return [`  ${paint.green('✓')} ${name}`, `    ${algorithms}; a shared secret`]
  if (state === 'not asked') return [`  ${paint.dim('–')} ${name}`, `    ${algorithms}; not asked`]
  if (state === 'failed')
    return [`  ${paint.red('✗')} ${name}`, `    ${algorithms}; see the findings`]
  const rows = keys.map(({ kid, alg, isUsable }) => [
    isUsable ? paint.green('✓') : paint.yellow('✗'),
    printable(alg),
    printable(kid ?? '(no kid)'),
  ])
  const difference = clock === null ? 'clock unknown' : `clock ${clock >= 0 ? '+' : ''}${clock} s`
  return [
    `  ${paint.green('✓')} ${name}`,
    `    ${algorithms}; ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}; ${difference}`,
    `    ${paint.dim(printable(jwksUri ?? ''))}`,
    ...layTable(rows, '    '),
  ]
}

function renderPolicies({ policies }: CheckReport): readonly string[] {
  if (!policies) return ['  for each request alone: `apiGateway.policy` is request']
  const { largestBytes, limitBytes, largestFor, tokensTried, notExpressible } = policies
  const share = Math.round((largestBytes / limitBytes) * 100)
  return [
    `  the largest has ${largestBytes} of ${limitBytes} bytes (${share} %): of a token that ${printable(largestFor)}`,
    `  ${tokensTried - notExpressible.length} of ${tokensTried} kinds of token fit in one policy`,
  ]
}

function renderDeployment({ deployment }: CheckReport): readonly string[] {
  return deployment.length > 0
    ? [`  read: ${deployment.map(printable).join(', ')}`]
    : ['  nothing beside the configuration; name files elsewhere with --deployment']
}
