/** The files of a new project: the configuration, and what each platform needs around it. */

export type Platform = 'worker' | 'lambda'

export interface Answers {
  readonly issuer: string
  readonly audience: string
  readonly platforms: readonly Platform[]
}

export interface Piece {
  readonly file: string
  readonly text: string
}

/** Of a date that every runtime of the package's own age knows. */
const COMPATIBILITY_DATE = '2026-11-17'

export const writePieces = ({ platforms, ...answers }: Answers): readonly Piece[] => [
  { file: 'authorizer.config.ts', text: writeConfig(answers) },
  ...(platforms.includes('worker') ? WORKER : []),
  ...(platforms.includes('lambda') ? LAMBDA : []),
]

const quote = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`

const writeConfig = ({ issuer, audience }: Omit<Answers, 'platforms'>): string =>
  `/** Who may call what. \`npx edge-authorizer check\` reads it as the authorizer will. */
import { defineConfig } from 'edge-authorizer'

export default defineConfig({
  issuers: [{ issuer: ${quote(issuer)}, audience: ${quote(audience)} }],
  routes: {
    'GET /health': 'public',
    'GET /me': 'authenticated',
    // 'GET /patients/{id}': { scopes: 'read:patients' },
  },
})
`

const WORKER: readonly Piece[] = [
  {
    file: 'src/worker.ts',
    text: `/** The guard in front of the origin: wrangler.toml says which. */
import { env } from 'cloudflare:workers'
import { createGuard } from 'edge-authorizer/worker'
import config from '../authorizer.config.ts'

export default createGuard(config, { ...env })
`,
  },
  {
    file: 'wrangler.toml',
    text: `name = "edge-authorizer"
main = "src/worker.ts"
compatibility_date = "${COMPATIBILITY_DATE}"
compatibility_flags = ["no_nodejs_compat", "no_nodejs_compat_v2"]

# CHANGE: cover the whole host name. What no pattern covers reaches the origin without a token.
routes = [{ pattern = "api.example.com/*", zone_name = "example.com" }]
workers_dev = false
preview_urls = false

# The shared key tier. The first deploy creates the namespace and writes its id here.
[[kv_namespaces]]
binding = "AUTH_KV"

[observability]
enabled = true
redact_query_string = true

# [vars]
# UPSTREAM_URL = "https://origin.example.com" # CHANGE, where it is not the origin of the route
`,
  },
]

const LAMBDA: readonly Piece[] = [
  {
    file: 'src/authorizer.ts',
    text: `/** The function that API Gateway asks before it calls yours. */
import { createHandler } from 'edge-authorizer/lambda'
import config from '../authorizer.config.ts'

export const handler = createHandler(config, process.env)
`,
  },
  {
    file: 'serverless.yml',
    text: `service: edge-authorizer # CHANGE: names every resource
configValidationMode: error

provider:
  name: aws
  runtime: nodejs24.x
  architecture: arm64
  iam:
    role:
      statements:
        - Effect: Allow
          Action: [dynamodb:GetItem, dynamodb:PutItem]
          Resource: !GetAtt KeyTable.Arn

# Bundle first: npx esbuild src/authorizer.ts --bundle --platform=node --format=esm --outdir=dist --out-extension:.js=.mjs
package:
  patterns: ['!**', dist/*.mjs]

functions:
  requestAuthorizer:
    handler: dist/authorizer.handler
    memorySize: 512
    timeout: 5
    environment:
      CACHE_TABLE: !Ref KeyTable
  # CHANGE: your own function, and one event for each route. A route is guarded where it names the authorizer.
  api:
    handler: dist/api.handler
    events:
      - http: GET /health
      - http:
          method: GET
          path: me
          authorizer:
            name: requestAuthorizer
            type: request
            identitySource: method.request.header.Authorization
            resultTtlInSeconds: 60

resources:
  Resources:
    KeyTable:
      Type: AWS::DynamoDB::Table
      Properties:
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
        KeySchema: [{ AttributeName: pk, KeyType: HASH }]
        TimeToLiveSpecification: { AttributeName: expiresAt, Enabled: true }
    # What a REST API says by itself.
    UnauthorizedResponse:
      Type: AWS::ApiGateway::GatewayResponse
      Properties:
        RestApiId: !Ref ApiGatewayRestApi
        ResponseType: UNAUTHORIZED
        ResponseParameters:
          gatewayresponse.header.WWW-Authenticate: '''Bearer realm="api", error="invalid_token"'''
    AccessDeniedResponse:
      Type: AWS::ApiGateway::GatewayResponse
      Properties:
        RestApiId: !Ref ApiGatewayRestApi
        ResponseType: ACCESS_DENIED
        ResponseParameters:
          gatewayresponse.header.WWW-Authenticate: '''Bearer realm="api", error="insufficient_scope"'''
    AuthorizerFailureResponse:
      Type: AWS::ApiGateway::GatewayResponse
      Properties:
        RestApiId: !Ref ApiGatewayRestApi
        ResponseType: AUTHORIZER_FAILURE
        ResponseParameters: &outage { gatewayresponse.header.Retry-After: "'5'" }
    AuthorizerConfigurationErrorResponse:
      Type: AWS::ApiGateway::GatewayResponse
      Properties:
        RestApiId: !Ref ApiGatewayRestApi
        ResponseType: AUTHORIZER_CONFIGURATION_ERROR
        ResponseParameters: *outage
  extensions:
    # The stage goes out after its methods, and would not wait for the responses. CHANGE with the path of a route.
    ApiGatewayMethodMeGet:
      DependsOn:
        - UnauthorizedResponse
        - AccessDeniedResponse
        - AuthorizerFailureResponse
        - AuthorizerConfigurationErrorResponse
`,
  },
]
