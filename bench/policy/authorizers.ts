import middy from '@middy/core';
import type { PolicyDocument } from '../../lib/iam/policy-document.ts';
import { type AuthorizerOptions, auth0Authorizer, type DecisionFacts } from '../../lib/index.ts';
import { httpApi2Event, lambdaContext, restRequestEvent, type TestIssuer } from '../../lib/testing.ts';
import type { Api, SentRequest } from './requests.ts';

/** What a policy covers: all routes of the caller, some, or the request alone. */
export type Coverage = 'exact' | 'partial' | 'request';

export interface Answer {
  readonly document: PolicyDocument;
  readonly coverage: Coverage;
}

/** A caller: a token, and what it grants. */
export interface Caller {
  readonly token: string;
  /** By index of the route. */
  readonly granted: readonly boolean[];
}

/** Answers a request that is not in the cache. */
export type Authorizer = (caller: Caller, request: SentRequest) => Answer | Promise<Answer>;

export type Undeclared = NonNullable<AuthorizerOptions['undeclared']>;

export interface Setup {
  readonly keys: readonly string[];
  /** By index of the route, the permission that it needs; `null` if it needs none. */
  readonly permissions: readonly (string | null)[];
  readonly undeclared: Undeclared;
  readonly api: Api;
  readonly issuer: TestIssuer;
}

/** The stage of the events, which documents begin with. */
export const PREFIX = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/';

/** This package, called with an event of the API as Lambda would call it. */
export function packageAuthorizer({ keys, permissions, undeclared, api, issuer }: Setup): Authorizer {
  let facts: DecisionFacts | undefined;
  const routes = Object.fromEntries(
    keys.map((key, index) => {
      const permission = permissions[index] ?? null;
      return [key, permission === null ? {} : { permissions: [permission] }];
    }),
  );
  const handler = middy().use(
    auth0Authorizer({
      ...issuer.options,
      algorithms: ['ES256'],
      routes,
      undeclared,
      logger: false,
      onDecision: (_, of) => {
        facts = of;
      },
    }),
  );
  // `absent` is for APIs that declare each route. The others stand behind a catch-all.
  const template = ({ routes: [first = null] }: SentRequest) =>
    undeclared === 'absent' && first !== null ? (keys[first] as string) : CATCH_ALL[api];
  const eventOf = (token: string, request: SentRequest) => {
    const common = { token, method: request.verb, path: request.path, stage: 'prod' };
    const key = template(request);
    return api === 'REST'
      ? restRequestEvent({ ...common, resource: key.slice(key.indexOf(' ') + 1) })
      : httpApi2Event({ ...common, routeKey: key });
  };
  return async ({ token }, request) => {
    const answer: { readonly policyDocument?: PolicyDocument } = await handler(
      eventOf(token, request),
      lambdaContext() as never,
    );
    const { policyDocument: document } = answer;
    if (document === undefined) throw new Error(`no policy for ${request.verb} ${request.path}`);
    return { document, coverage: facts?.policy ?? 'exact' };
  };
}

const CATCH_ALL: Readonly<Record<Api, string>> = { REST: 'ANY /{proxy+}', HTTP: '$default' };

/** What many samples do: a policy for `methodArn` alone. */
export const ownArnAuthorizer: Authorizer = ({ granted }, { verb, path, routes }) =>
  sampleAnswer(
    routes.every((route) => route !== null && granted[route]),
    `${verb}${path}`,
  );

/** What other samples do, so that a cached answer denies nothing: a wildcard for the stage. */
export const wildcardAuthorizer: Authorizer = ({ granted }, { routes }) =>
  sampleAnswer(
    routes.every((route) => route !== null && granted[route]),
    '*',
  );

function sampleAnswer(isAllowed: boolean, rest: string): Answer {
  const Effect = isAllowed ? 'Allow' : 'Deny';
  const statement = { Action: 'execute-api:Invoke', Effect, Resource: `${PREFIX}${rest}` } as const;
  return { document: { Version: '2012-10-17', Statement: [statement] }, coverage: 'request' };
}
