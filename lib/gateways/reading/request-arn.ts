import { AuthorizerFault } from '../../decision/errors.ts';
import { type ExecuteApiArn, parseExecuteApiArn } from '../../iam/arn.ts';

/** An ARN of an HTTP request: with a verb and a path. */
export type MethodArn = ExecuteApiArn & { readonly verb: string; readonly path: string };

/**
 * Parses the ARN of an HTTP request.
 *
 * @param field - name of the field that holds the text, for the message
 * @throws {AuthorizerFault} `unknown_event` unless the text is the ARN of an HTTP request
 */
export function readMethodArn(text: unknown, field: string): MethodArn {
  const arn = parse(text);
  if (arn === null || arn.verb === null) throw unreadable(field, '{stage}/{verb}/{path}');
  return arn as MethodArn;
}

/**
 * Parses the ARN of a WebSocket handshake.
 *
 * @param field - name of the field that holds the text, for the message
 * @throws {AuthorizerFault} `unknown_event` unless the text is such an ARN
 */
export function readConnectArn(text: unknown, field: string): ExecuteApiArn {
  const arn = parse(text);
  if (arn === null || arn.routeKey !== '$connect') throw unreadable(field, '{stage}/$connect');
  return arn;
}

function parse(text: unknown): ExecuteApiArn | null {
  return typeof text === 'string' ? parseExecuteApiArn(text) : null;
}

function unreadable(field: string, place: string): AuthorizerFault {
  return new AuthorizerFault('unknown_event', `\`${field}\` is not an execute-api ARN that ends in ${place}`);
}

/**
 * The method of the event if it is not the verb of the ARN, which policies are evaluated against; else `null`. Only REST
 * APIs honour `X-HTTP-Method-Override`, and AWS does not document which of the two methods the ARN has then.
 */
export function otherMethod(arn: MethodArn, method: unknown): string | null {
  return typeof method !== 'string' || method.toUpperCase() === arn.verb ? null : method;
}
