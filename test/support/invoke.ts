import {
  type DecisionLog,
  evaluatePolicy,
  type KeyStoreLine,
  type LogLine,
  type Notice,
  type SetUpLine,
} from '../../lib/index.ts';
import { lambdaContext } from '../../lib/testing/lambda-context.ts';

export { lambdaContext };

/** How an invocation ended, as API Gateway sees it. */
export type Outcome =
  | { readonly kind: 'response'; readonly response: AuthorizerResponse; readonly arn: string }
  | { readonly kind: 'error'; readonly error: Error };

/** Every member that some gateway's answer has. */
export interface AuthorizerResponse {
  readonly principalId?: string;
  readonly policyDocument?: {
    readonly Version: string;
    readonly Statement: readonly { Effect: string; Action: string; Resource: string | readonly string[] }[];
  };
  readonly context?: Readonly<Record<string, unknown>>;
  readonly usageIdentifierKey?: string;
  readonly isAuthorized?: boolean;
  readonly resolverContext?: Readonly<Record<string, unknown>>;
  readonly handlerContext?: Readonly<Record<string, unknown>>;
  readonly ttlOverride?: number;
}

type AnyHandler = (event: never, context: never) => unknown;

export async function invoke(handler: unknown, event: unknown, context = lambdaContext()): Promise<Outcome> {
  try {
    const response = await (handler as AnyHandler)(event as never, context as never);
    return { kind: 'response', response: response as AuthorizerResponse, arn: arnOf(event) };
  } catch (error) {
    return { kind: 'error', error: error as Error };
  }
}

function arnOf(event: unknown): string {
  const { methodArn, routeArn } = (event ?? {}) as { methodArn?: unknown; routeArn?: unknown };
  return String(methodArn ?? routeArn);
}

/**
 * What an outcome comes to, in one word: what API Gateway makes of the policy, `Deny` only where it is explicit; the
 * boolean; or the error's message.
 */
export function verdictOf(outcome: Outcome): string {
  if (outcome.kind === 'error') return outcome.error.message;
  const { isAuthorized, policyDocument } = outcome.response;
  if (isAuthorized !== undefined) return isAuthorized ? 'Allow' : 'Deny';
  if (policyDocument === undefined) return 'nothing';
  const verdict = evaluatePolicy(policyDocument, { resource: outcome.arn });
  return { allow: 'Allow', 'explicit-deny': 'Deny', 'implicit-deny': 'no match' }[verdict];
}

export type RecordedLine = LogLine & { readonly level: 'info' | 'warn' | 'error' };

/** A logger that keeps its lines: those of decisions, and those that come once. */
export function recordingLog(): DecisionLog & {
  readonly lines: RecordedLine[];
  readonly setUps: SetUpLine[];
  readonly setUpLevels: RecordedLine['level'][];
  readonly storeFailures: (KeyStoreLine & { readonly level: RecordedLine['level'] })[];
} {
  const lines: RecordedLine[] = [];
  const setUps: SetUpLine[] = [];
  const setUpLevels: RecordedLine['level'][] = [];
  const storeFailures: (KeyStoreLine & { level: RecordedLine['level'] })[] = [];
  const record = (level: RecordedLine['level']) => (_message: string, line: LogLine | Notice['line']) => {
    if ('decision' in line) lines.push({ level, ...line });
    else if ('operation' in line) storeFailures.push({ level, ...line });
    else {
      setUps.push(line);
      setUpLevels.push(level);
    }
  };
  const levels = { info: record('info'), warn: record('warn'), error: record('error') };
  return { lines, setUps, setUpLevels, storeFailures, ...levels };
}
