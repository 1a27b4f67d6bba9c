/** What `init` has to know: from flags, else from whoever sits at the terminal. */
import { isCancel, multiselect, text } from '@clack/prompts'
import { readConfig } from '../../shared/config/read.ts'
import { ConfigError } from '../../shared/config/fault.ts'
import { CliFault } from '../fault.ts'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'
import type { Answers, Platform } from './pieces.ts'

export interface Given {
  readonly issuer?: string
  readonly audience?: string
  readonly platform?: string
}

const PLATFORMS: Readonly<Record<string, readonly Platform[]>> = {
  worker: ['worker'],
  lambda: ['lambda'],
  both: ['worker', 'lambda'],
}

export async function readAnswers(given: Given, terminal: Terminal): Promise<Answers> {
  const missing = (['issuer', 'audience', 'platform'] as const).filter((name) => !given[name])
  if (missing.length > 0 && !terminal.isInteractive) {
    throw new CliFault(
      `init needs ${missing.map((name) => `--${name}`).join(', ')}.`,
      'edge-authorizer init --issuer https://tenant.example.com/ --audience https://api.example.com --platform worker',
    )
  }
  const issuer =
    given.issuer ??
    (await askText('Issuer, the `iss` of its tokens', ISSUER, (value) => {
      const fault = faultOf({ issuer: value, audience: AUDIENCE })
      return fault === null ? undefined : `${fault}. ${mendOf(value)}`
    }))
  const audience =
    given.audience ??
    (await askText('Audience, the identifier of your API', AUDIENCE, (value) => {
      const fault = faultOf({ issuer: ISSUER, audience: value })
      return fault === null ? undefined : `${fault}.`
    }))
  const platforms =
    given.platform === undefined ? await askPlatforms() : readPlatform(given.platform)
  const answers = { issuer, audience, platforms }
  const fault = faultOf(answers)
  if (fault !== null) throw new CliFault(fault, mendOf(issuer))
  if (/^https:\/\/[^/]+\.auth0\.com$/.test(issuer)) {
    terminal.note(
      `Auth0 ends its \`iss\` with a slash: write ${printable(issuer)}/ unless yours does not.`,
    )
  }
  return answers
}

/** A host alone, or http, as one would type it into a browser. */
function mendOf(issuer: string): string {
  const [, host] = /^(?:http:\/\/)?([\w-]+(?:\.[\w-]+)+)\/?$/.exec(issuer) ?? []
  return host === undefined ? 'Give another value.' : `Write https://${host}/`
}

const ISSUER = 'https://tenant.eu.auth0.com/'
const AUDIENCE = 'https://api.example.com'

/** Judged as the authorizer will judge the file. */
function faultOf({ issuer, audience }: Omit<Answers, 'platforms'>): string | null {
  try {
    readConfig({ issuers: [{ issuer, audience }] }, {})
    return null
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.faults
      .map(({ path, message }) => `${path.replace('issuers[0].', '')} ${printable(message)}`)
      .join('; ')
  }
}

function readPlatform(name: string): readonly Platform[] {
  const platforms = Object.hasOwn(PLATFORMS, name) ? PLATFORMS[name] : undefined
  if (platforms) return platforms
  throw new CliFault(`"${printable(name)}" is no platform.`, 'Take worker, lambda or both.')
}

async function askText(
  message: string,
  placeholder: string,
  judge: (value: string) => string | undefined,
): Promise<string> {
  const validate = (value: string | undefined) => (value ? judge(value) : 'It is needed.')
  const answer = await text({ message, placeholder, validate })
  if (isCancel(answer)) throw cancelled()
  return answer
}

async function askPlatforms(): Promise<readonly Platform[]> {
  const answer = await multiselect<Platform>({
    message: 'Where does it run?',
    options: [
      { value: 'worker', label: 'Cloudflare Worker, in front of an origin' },
      { value: 'lambda', label: 'Lambda, as authorizer of API Gateway' },
    ],
  })
  if (isCancel(answer)) throw cancelled()
  return answer
}

const cancelled = () => new CliFault('Cancelled.', 'Nothing was written.')
