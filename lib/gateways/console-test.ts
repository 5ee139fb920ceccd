import type { AuthorizationRequest } from './gateway.ts';
import { fieldsOf } from './reading/event-fields.ts';

/**
 * The source address of REST events if the API is tested in the console.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-test-method.html
 */
export const CONSOLE_TEST_ADDRESS = 'test-invoke-source-ip';

/** Whether the request is a test in the console, which has no client. */
export function isConsoleTest({ event }: AuthorizationRequest): boolean {
  const { identity } = fieldsOf(fieldsOf(event).requestContext);
  return fieldsOf(identity).sourceIp === CONSOLE_TEST_ADDRESS;
}
