import type { GatewayFacts } from './facts.ts';

/**
 * How both kinds of REST authorizer are answered.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export const REST_FACTS = {
  routeKinds: ['path', 'default'],
  routing: 'rest',
  answersWith: 'policy',
  // The backend gets text: `"true"`, `"1"`.
  context: { field: 'context', form: 'scalars', arrivesAs: 'strings' },
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
  unauthorized: 'throw',
  // The gateway response ACCESS_DENIED can print `$context.authorizer.<key>`.
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
  denial: { status: 403, keepsContext: true },
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
  takesResourcePolicy: true,
  metersUsage: true,
} as const satisfies Partial<GatewayFacts>;

/**
 * The identity source for a header.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization-with-console.html
 */
export function restHeaderSource(name: string): string {
  return `method.request.header.${name}`;
}
