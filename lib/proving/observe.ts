import type { Outcome } from './probe.ts';
import type { Received } from './send.ts';

/** What an answer tells, how surely, and by what. */
export interface Observation {
  readonly outcome: Outcome;
  readonly status: number | null;
  /** `sure`: the gateway marks the answer as its own. `likely`: a backend could have written the same. */
  readonly certainty: 'sure' | 'likely';
  readonly reason: string;
}

/** Answers by the value of `x-amzn-ErrorType`, which REST APIs add to their own answers. */
const BY_TYPE: Readonly<Record<string, readonly [Outcome, reason: string]>> = {
  UnauthorizedException: ['denied 401', 'the gateway refused the token'],
  AccessDeniedException: ['denied 403', 'the policy refused the request'],
  MissingAuthenticationTokenException: ['no route', 'the API has no such route'],
  AuthorizerConfigurationException: ['unclear', 'the authorizer failed'],
  AuthorizerFailureException: ['unclear', 'the authorizer failed'],
  ForbiddenException: ['unclear', 'a firewall, an API key or a host name refused the request'],
};

/** An answer by the beginning of status and message. */
type Messages = readonly (readonly [begins: string, outcome: Outcome])[];

/** HTTP APIs do not mark their answers. */
const HTTP_MESSAGES: Messages = [
  ['401 Unauthorized', 'denied 401'],
  ['403 Forbidden', 'denied 403'],
  ['404 Not Found', 'no route'],
];

/** For REST APIs without the mark: behind a proxy that drops headers, and in emulators. */
const REST_MESSAGES: Messages = [
  ['401 Unauthorized', 'denied 401'],
  ['403 User is not authorized to access this resource', 'denied 403'],
  ['403 Missing Authentication Token', 'no route'],
];

/**
 * Tells whether the gateway let a request pass, by its answer.
 *
 * @param isHttpApi - HTTP APIs do not mark their own answers: the body has to do
 * @param method - answers to HEAD have no body
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function observe(received: Received, isHttpApi: boolean, method: string): Observation {
  if (received.kind === 'failure') return unclear(null, `no answer (${received.code})`);
  const { status, errorType, body } = received;
  if (status === 429) return unclear(status, 'throttled');
  // `UnauthorizedException:http://internal.amazon.com/...` is one form of the value.
  const [type = ''] = (errorType ?? '').split(':');
  const marked = Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : undefined;
  if (marked !== undefined) return { outcome: marked[0], status, certainty: 'sure', reason: marked[1] };
  if (errorType !== null) return unclear(status, 'the gateway answered for a reason of its own');
  if (status >= 500) return unclear(status, 'a failure of the backend or the gateway');
  const text = `${status} ${messageIn(body)}`;
  const written = (isHttpApi ? HTTP_MESSAGES : REST_MESSAGES).find(([begins]) => text.startsWith(begins));
  if (written !== undefined) {
    return { outcome: written[1], status, certainty: 'likely', reason: 'the body is that of the gateway' };
  }
  if (isHttpApi && method === 'HEAD' && status === 404) {
    return unclear(status, 'the gateway or the backend has no such route');
  }
  return unmarked(status, isHttpApi);
}

/** An answer without a mark of the gateway. */
function unmarked(status: number, isHttpApi: boolean): Observation {
  if (status === 401 || status === 403) return unclear(status, 'the gateway or the backend refused');
  if (status >= 300 && status < 400) return unclear(status, 'a redirect, which is not followed');
  if (status === 400 || status === 413 || status === 414 || status === 431) {
    return unclear(status, 'the gateway or the backend cannot read the request');
  }
  // A REST API never answers 404 by itself.
  const certainty = status < 300 || (status === 404 && !isHttpApi) ? 'sure' : 'likely';
  return { outcome: 'allowed', status, certainty, reason: 'the backend answered' };
}

function unclear(status: number | null, reason: string): Observation {
  return { outcome: 'unclear', status, certainty: 'likely', reason };
}

/** The message in a JSON body that has nothing else; empty if there is none. */
function messageIn(body: string): string {
  return (
    /^\s*\{\s*"[mM]essage"\s*:\s*"(?<message>[A-Za-z -]+)"\s*\}\s*$/.exec(body)?.groups?.['message'] ?? ''
  );
}
