import {
  type DecisionLog,
  evaluatePolicy,
  type KeyStoreLine,
  type LogLine,
  type Notice,
  type PolicyDocument,
  type SetUpLine,
} from '../../lib/index.ts';
import { type AuthorizerAnswer, invokeAsLambda, lambdaContext } from '../../lib/testing.ts';

/** How an invocation ended, and the ARN of its event. */
export type Outcome =
  | { readonly kind: 'response'; readonly response: AuthorizerResponse; readonly arn: string }
  | { readonly kind: 'error'; readonly error: Error };

/** An answer of this package: its policies have a list of statements. */
export type AuthorizerResponse = AuthorizerAnswer & { readonly policyDocument?: PolicyDocument };

export async function invoke(handler: unknown, event: unknown, context = lambdaContext()): Promise<Outcome> {
  const invocation = await invokeAsLambda(handler as () => unknown, event, { context });
  if (invocation.kind === 'error') return invocation;
  return { kind: 'response', response: invocation.response as AuthorizerResponse, arn: arnOf(event) };
}

function arnOf(event: unknown): string {
  const { methodArn, routeArn } = (event ?? {}) as { methodArn?: unknown; routeArn?: unknown };
  return String(methodArn ?? routeArn);
}

/**
 * An outcome in one word: the verdict of the policy (`Deny` only if it is explicit), the effect of the boolean, or the
 * message of the error.
 */
export function verdictOf(outcome: Outcome): string {
  if (outcome.kind === 'error') return outcome.error.message;
  const { isAuthorized, policyDocument } = outcome.response;
  if (isAuthorized !== undefined) return isAuthorized ? 'Allow' : 'Deny';
  if (policyDocument === undefined) return 'nothing';
  const verdict = evaluatePolicy(policyDocument, { resource: outcome.arn });
  return { allow: 'Allow', 'explicit-deny': 'Deny', 'implicit-deny': 'no match' }[verdict];
}

export type RecordedLine = LogLine & { readonly level: 'debug' | 'info' | 'warn' | 'error' };

/** A logger that keeps its lines: decisions, and notices that are logged once. */
export function recordingLog(): DecisionLog & {
  readonly lines: RecordedLine[];
  readonly setUps: SetUpLine[];
  readonly setUpLevels: RecordedLine['level'][];
  readonly storeFailures: (KeyStoreLine & { readonly level: RecordedLine['level'] })[];
  /** All other notices. */
  readonly notices: {
    readonly level: RecordedLine['level'];
    readonly message: string;
    readonly line: object;
  }[];
} {
  const lines: RecordedLine[] = [];
  const setUps: SetUpLine[] = [];
  const setUpLevels: RecordedLine['level'][] = [];
  const storeFailures: (KeyStoreLine & { level: RecordedLine['level'] })[] = [];
  const notices: { level: RecordedLine['level']; message: string; line: object }[] = [];
  const record = (level: RecordedLine['level']) => (message: string, line: LogLine | Notice['line']) => {
    if ('decision' in line) lines.push({ level, ...line });
    else if ('operation' in line) storeFailures.push({ level, ...line });
    else if ('gateway' in line) {
      setUps.push(line);
      setUpLevels.push(level);
    } else notices.push({ level, message, line });
  };
  const levels = {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  };
  return { lines, setUps, setUpLevels, storeFailures, notices, ...levels };
}
