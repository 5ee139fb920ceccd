import { FAULTS } from '../../decision/codes.ts';
import type { AuthorizerContext, Deny, Fault } from '../../decision/decision.ts';
import { AuthorizerFault } from '../../decision/errors.ts';
import type { AnsweredPolicy } from '../../iam/policy-document.ts';
import type { Answer, AnswerSettings } from '../gateway.ts';
import { ANSWER_BYTES, PRINCIPAL_BYTES, type TooLarge } from './answer-budget.ts';

/** What the answers of several gateways have in common. */

/**
 * A failed invocation, which every gateway turns into a 5xx. The message is this package's own. The message of a foreign
 * error may contain anything, so that error is the cause.
 */
export function faultAnswer({ code, cause }: Fault): Answer {
  const detail = cause instanceof AuthorizerFault ? ` (${cause.message})` : '';
  return { kind: 'throw', error: new AuthorizerFault(code, `${code}: ${FAULTS[code]}${detail}`, { cause }) };
}

/** Whether a refusal is thrown: only a 401, by the option `unauthorized`, else by the gateway's default. */
export function isThrown(
  { status }: Deny,
  { unauthorized }: AnswerSettings,
  byDefault: 'throw' | 'deny',
): boolean {
  return status === 401 && (unauthorized ?? byDefault) === 'throw';
}

/**
 * The error that API Gateway turns into a 401. It compares the message letter by letter.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export function unauthorizedAnswer(): Answer {
  return { kind: 'throw', error: new Error('Unauthorized') };
}

/**
 * The context of a denial that allows no other request. Access logs and gateway responses get the code as
 * `$context.authorizer.refusal`, and the challenge of a rule `authentication` as `acr_values` and `max_age`.
 */
export function refusalContext(
  { code, challenge }: Deny,
  { showsChallenge }: AnswerSettings,
): AuthorizerContext {
  return showsChallenge ? { refusal: code, ...challenge } : { refusal: code };
}

/** A response that may have a policy and a context. */
interface BudgetedResponse {
  readonly policyDocument?: AnsweredPolicy;
  readonly context?: AuthorizerContext;
  readonly principalId?: string;
  readonly usageIdentifierKey?: string;
  readonly isAuthorized?: boolean;
}

/** The response, if API Gateway can take it. Nothing is ever cut to fit. */
export function withinBudget(response: BudgetedResponse): Answer | TooLarge {
  // A rough count is enough for nearly every response, and much faster than an exact one.
  if (bytesAtMost(response) <= ANSWER_BYTES) return { kind: 'response', response };
  return tooLarge(response) ?? { kind: 'response', response };
}

/** Counts the bytes of a response exactly, as JSON; `null` if it is within the budget. */
export function tooLarge(response: Pick<BudgetedResponse, 'context' | 'principalId'>): TooLarge | null {
  const bytes = byteLength(response);
  if (bytes <= ANSWER_BYTES) return null;
  return { kind: 'too large', bytes, largestKey: largestKey(response) };
}

function largestKey({
  context = {},
  principalId = '',
}: Pick<BudgetedResponse, 'context' | 'principalId'>): string | null {
  let largest: string | null = null;
  let most = 0;
  for (const [key, value] of Object.entries(context)) {
    const size = byteLength(value);
    if (size > most) {
      most = size;
      largest = key;
    }
  }
  const principalBytes = byteLength(principalId);
  return principalBytes >= most && principalBytes > PRINCIPAL_BYTES ? 'principalId' : largest;
}

/** Bytes around the values of a response: names, quotes, colons, commas and braces. */
const FRAME_BYTES = 120;

function bytesAtMost({
  policyDocument,
  context,
  principalId = '',
  usageIdentifierKey = '',
}: BudgetedResponse): number {
  let bytes = FRAME_BYTES + textBytesAtMost(principalId) + textBytesAtMost(usageIdentifierKey);
  if (policyDocument !== undefined) bytes += policyBytesAtMost(policyDocument);
  return context === undefined ? bytes : bytes + contextBytesAtMost(context);
}

function contextBytesAtMost(context: AuthorizerContext): number {
  if (Object.isFrozen(context)) return sharedBytes(context);
  let bytes = 0;
  for (const key in context) {
    const value = context[key];
    bytes += textBytesAtMost(key) + (typeof value === 'string' ? textBytesAtMost(value) : byteLength(value));
  }
  return bytes;
}

/** A character has 6 bytes at most, as an escape; around the text there are quotes and a separator. */
function textBytesAtMost(text: string): number {
  return 4 + 6 * text.length;
}

/** Bytes around the resource in a policy of one statement. */
const STATEMENT_BYTES = 120;

/** Sizes of those policies and contexts that many answers share, which are frozen through and through. */
const sizes = new WeakMap<object, number>();

function policyBytesAtMost(policy: AnsweredPolicy): number {
  const { length, 0: first } = policy.Statement;
  if (length === 1 && typeof first?.Resource === 'string' && first.Condition === undefined) {
    return STATEMENT_BYTES + textBytesAtMost(first.Resource);
  }
  return Object.isFrozen(policy) ? sharedBytes(policy) : byteLength(policy);
}

/** The size of what is frozen at every level. */
function sharedBytes(value: object): number {
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const size = byteLength(value);
  sizes.set(value, size);
  return size;
}

function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
