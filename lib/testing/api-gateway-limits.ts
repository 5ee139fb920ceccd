import type { AuthorizerContext } from '../decision/decision.ts';
import { tooLargeText } from '../gateways/answering/answer-budget.ts';
import { tooLarge } from '../gateways/answering/answers.ts';
import { type ContextForm, carryContext } from '../gateways/answering/context.ts';
import { fieldsOf } from '../gateways/reading/event-fields.ts';
import type { EvaluablePolicy } from '../iam/evaluate.ts';
import { isObject } from '../util/is-object.ts';
import { kindOf } from '../util/kind-of.ts';

/** The limits that API Gateway sets for answers of the right shape. */

type Context = Readonly<Record<string, unknown>>;

/**
 * The context in the form in which the backend gets it. Leaves nulls out: AWS does not document how it passes them on.
 *
 * @param context - as JSON carries it
 * @throws {Error} for a reserved name, or a value that this gateway cannot pass on
 */
export function contextAtBackend(context: Context, form: ContextForm): Context {
  if (form !== 'structured') checkScalars(context);
  const encoded = carryContext(context as AuthorizerContext, form);
  if (encoded.kind === 'unusable context') throw refusal(encoded.problem);
  return encoded.context ?? {};
}

/** @throws {Error} for an answer beyond the budget, 8 KB; names the largest context key and no value */
export function checkSize(answer: { readonly context?: Context | undefined }): void {
  const excess = tooLarge(answer as { readonly context?: AuthorizerContext });
  if (excess !== null) throw refusal(tooLargeText(excess));
}

/**
 * Characters of one `Resource`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
const LONGEST_RESOURCE = 512;

/** @throws {Error} for a `Resource` that is too long */
export function checkResources({ Statement }: EvaluablePolicy): void {
  const resources = [Statement].flat().flatMap((statement) => fieldsOf(statement).Resource);
  const longest = Math.max(...resources.map((resource) => String(resource).length));
  if (longest <= LONGEST_RESOURCE) return;
  throw refusal(`a Resource has ${longest} characters, API Gateway takes ${LONGEST_RESOURCE}`);
}

function checkScalars(context: Context): void {
  const found = Object.entries(context).find(([, value]) => isObject(value));
  if (found === undefined) return;
  const [key, value] = found;
  throw refusal(`context key '${key}' holds ${kindOf(value)}; it must be text, a number or a boolean`);
}

function refusal(problem: string): Error {
  return new Error(`API Gateway refuses the answer: ${problem}`);
}
