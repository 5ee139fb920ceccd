import type { APIGatewayRequestAuthorizerEvent, Context } from 'aws-lambda';

/** The settings of every contender. */
export interface Settings {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly audience: string;
  /** The public key, for contenders that do not fetch it. */
  readonly jwk: { readonly kty: string; readonly kid: string; readonly [member: string]: unknown };
}

export type Event = APIGatewayRequestAuthorizerEvent;

/** An authorizer for the `REQUEST` events of a REST API. */
export type Handler = (event: Event, context: Context) => unknown;

/** The exports of a contender's module. */
export interface ContenderModule {
  /** Runs once, at start-up. */
  create(settings: Settings): Handler | Promise<Handler>;
  /** Prepares the input of the handler; its time is not measured. Only the floor has this. */
  prepare?(event: Event): unknown;
}

/** Reads the token from the event as Auth0's sample does. */
export function bearerOf(event: Event): string {
  const header = event.headers?.Authorization ?? event.headers?.authorization ?? '';
  const match = /^Bearer (.*)$/.exec(header);
  if (match === null) throw new Error('Unauthorized');
  return match[1] as string;
}

/** The answer of Auth0's sample: a policy for the one method, and the scopes as context. */
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
