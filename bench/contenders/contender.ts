import type { APIGatewayRequestAuthorizerEvent, Context } from 'aws-lambda';

/** What every contender is told: where the tokens come from and what they are for. */
export interface Settings {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly audience: string;
  /** The one public key, for those that are not to fetch it. */
  readonly jwk: { readonly kty: string; readonly kid: string; readonly [member: string]: unknown };
}

export type Event = APIGatewayRequestAuthorizerEvent;

/** An authorizer for the `REQUEST` events of a REST API. */
export type Handler = (event: Event, context: Context) => unknown;

/** What the module of a contender exports. */
export interface ContenderModule {
  /** All that happens once, at start-up. */
  create(settings: Settings): Handler;
  /** What the handler is given in place of the event, made off the clock. The floor alone has this. */
  prepare?(event: Event): unknown;
}

/** The token, taken out of the event as Auth0's sample does it. */
export function bearerOf(event: Event): string {
  const header = event.headers?.Authorization ?? event.headers?.authorization ?? '';
  const match = /^Bearer (.*)$/.exec(header);
  if (match === null) throw new Error('Unauthorized');
  return match[1] as string;
}

/** What Auth0's sample answers: a policy for the one method, with the scopes beside it. */
export function allow(event: Event, claims: { readonly sub?: unknown; readonly scope?: unknown }) {
  return {
    principalId: claims.sub,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }],
    },
    context: { scope: claims.scope },
  };
}
