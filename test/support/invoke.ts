import type {
  DecisionLog,
  KeyStoreLine,
  LogLine,
  Notice,
  PolicyDocument,
  SetUpLine,
} from '../../lib/index.ts';
import { type AuthorizerAnswer, verdictOn } from '../../lib/testing/answer.ts';
import { lambdaContext } from '../../lib/testing/lambda-context.ts';

export { lambdaContext };

/** How an invocation ended, as API Gateway sees it. */
export type Outcome =
  | { readonly kind: 'response'; readonly response: AuthorizerResponse; readonly arn: string }
  | { readonly kind: 'error'; readonly error: Error };

/** The policies of this package, which have a list of statements. */
export type AuthorizerResponse = AuthorizerAnswer & { readonly policyDocument?: PolicyDocument };

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
  const word = isAuthorized ?? policyDocument;
  if (word === undefined) return 'nothing';
  const verdict = verdictOn(word, { resource: outcome.arn });
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
