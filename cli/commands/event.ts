/** `event`: the same explanation for an event that API Gateway sent, as recorded in a file. */
import { readEvent } from '../../functions/lambda/event.ts'
import type { GatewayEvent, EventKind } from '../../functions/lambda/event.ts'
import type { Config } from '../../shared/config/types.ts'
import { memberOf } from '../../shared/json.ts'
import { createExplainer } from '../explain/explain.ts'
import { isGatewayEvent } from '../explain/gateway-event.ts'
import type { GatewayKind } from '../explain/explanation.ts'
import type { ExitCode } from '../exit.ts'
import { CliFault, messageOf } from '../fault.ts'
import { loadConfig } from '../load/config.ts'
import { parseJsonFile, readGiven } from '../load/file.ts'
import { readInstant } from '../load/instant.ts'
import { printable } from '../printable.ts'
import { httpFor, show } from './explain.ts'
import type { ExplainOptions } from './explain.ts'
import type { Context } from './context.ts'

export async function explainEvent(
  given: string,
  options: Pick<ExplainOptions, 'at' | 'verbose' | 'testKeys'>,
  context: Context,
): Promise<ExitCode> {
  const { name: file, text } = await readGiven(given)
  const event = readRecorded(parseJsonFile(text, file), file)
  const { path, config } = await loadConfig(context.config)
  const now = readInstant(options.at)
  const call = readCall(event, file)
  const explain = createExplainer(config, {
    http: await httpFor(options, { path, config }, context),
    environment: process.env,
  })
  const recorded = { kind: kindOf(call.kind, config), event }
  return show(await explain({ request: call.requests[0], now, recorded }), options, context)
}

/** As in the file, or inside what a log line or a test tool put around it. */
function readRecorded(value: unknown, file: string): GatewayEvent {
  const event = [value, memberOf(value, 'event')].find(isGatewayEvent)
  if (event) return event
  throw new CliFault(
    `${printable(file)}: no event of an authorizer.`,
    'Record what the authorizer function receives: it has methodArn or routeArn.',
  )
}

function readCall(event: GatewayEvent, file: string) {
  try {
    return readEvent(event)
  } catch (error) {
    const [reason = ''] = messageOf(error).replace('edge-authorizer: ', '').split(':')
    throw new CliFault(`${printable(file)}: ${reason}.`, 'Record the whole event.')
  }
}

const KINDS: Readonly<Record<EventKind, GatewayKind>> = {
  token: 'rest-token',
  request: 'rest-request',
  'http-1.0': 'http-1.0',
  'http-2.0': 'http-2.0-simple',
  websocket: 'websocket',
}

const kindOf = (kind: EventKind, { apiGateway }: Config): GatewayKind =>
  kind === 'http-2.0' && apiGateway?.httpApiResponse === 'iam' ? 'http-2.0-iam' : KINDS[kind]
