/** The ARN an authorizer is asked about: which API, and which request (platform documentation, "IAM policy"). */

export interface MethodArn {
  readonly text: string
  /** Up to and including the slash behind the stage: what every resource of a policy begins with. */
  readonly stage: string
  /** `GET`, or `$connect` of a WebSocket API. */
  readonly method: string
  /** With its leading slash; as API Gateway wrote it. */
  readonly path: string
  /** Asked by API Gateway itself: an account is twelve digits. serverless-offline makes one up. */
  readonly isReal: boolean
}

/** A path may hold colons and more slashes, so only the first five and three of them divide. */
const ARN = /^((?:[^:]*:){5}[^/]+\/[^/]+\/)([^/]+)(\/.*)?$/s

export function parseMethodArn(text: string): MethodArn | null {
  const [, stage, method, path] = ARN.exec(text) ?? []
  if (stage === undefined || method === undefined || !text.startsWith('arn:')) return null
  return { text, stage, method, path: path ?? '/', isReal: /:\d{12}:/.test(stage) }
}
