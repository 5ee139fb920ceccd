import type { AuthorizerContext } from '../decision/decision.ts';
import { sizeProblem } from '../gateways/answering/answers.ts';
import { type ContextForm, encodeContext } from '../gateways/answering/context.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { isObject } from '../util/is-object.ts';
import { kindOf } from '../util/option-checks.ts';

/** What API Gateway refuses of an answer that has the right shape, and how it hands on the context of the others. */

type ApiGatewayKind = Exclude<GatewayKind, `appsync-${string}`>;
type Context = Readonly<Record<string, unknown>>;

/**
 * REST and WebSocket APIs make text of every value, HTTP APIs keep its type. Lists and objects are for format 2.0 alone.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
const FORMS: Readonly<Record<ApiGatewayKind, ContextForm>> = {
  'rest-token': 'strings',
  'rest-request': 'strings',
  websocket: 'strings',
  'http-api-1.0': 'scalars',
  'http-api-2.0': 'structured',
};

/**
 * The context as the backend gets it. Nulls are left out: what becomes of them is not documented.
 *
 * @param context - after its way through JSON
 * @throws {Error} for a name that is reserved, and for a value that this gateway does not carry
 */
export function handedOn(context: Context, gateway: ApiGatewayKind): Context {
  const form = FORMS[gateway];
  if (form !== 'structured') checkScalars(context);
  return asApiGateway(() => encodeContext(context as AuthorizerContext, form) ?? {});
}

/**
 * @param answer - parsed from JSON
 * @throws {Error} for an answer beyond the budget, 8 KB; names the largest context key and no value
 */
export function checkSize(answer: { readonly context?: Context | undefined }): void {
  const problem = sizeProblem(answer as { readonly context?: AuthorizerContext });
  if (problem !== null) throw refusal(problem);
}

function checkScalars(context: Context): void {
  const found = Object.entries(context).find(([, value]) => isObject(value));
  if (found === undefined) return;
  const [key, value] = found;
  throw refusal(`context key '${key}' holds ${kindOf(value)}, and it takes text, numbers and booleans alone`);
}

/** Without the fault code of what it runs: codes are for what this package itself answers. */
function asApiGateway<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    throw refusal((error as Error).message);
  }
}

function refusal(problem: string): Error {
  return new Error(`API Gateway refuses the answer: ${problem}`);
}
