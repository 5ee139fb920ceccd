import type { ConditionContext } from '../iam/evaluate-condition.ts';
import { clientIpOf } from '../net/client-ip.ts';
import { optional, plainObject, refuse, refuseValue } from '../util/option-checks.ts';

/**
 * Checks of what a request is made of. A request that no gateway would pass on makes a test that proves nothing, so that
 * it is refused: each check takes a value and the path of its option, and throws an `OptionError`.
 */

/** Text that may be empty, as the values of headers may. */
export function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  return refuseValue(path, 'a string', value);
}

/** Text that begins with a slash. */
export function rooted(value: unknown, path: string): string {
  if (text(value, path).startsWith('/')) return value as string;
  return refuseValue(path, 'a path that begins with a slash', value);
}

/** The path of a request as ARNs have it, or a template of such paths. */
export function requestPath(value: unknown, path: string): string {
  const found = rooted(value, path);
  if (!/[?#]/.test(found)) return found;
  return refuse(path, "must have neither '?' nor '#': a query goes into `query`, and policies see none");
}

/** @returns in upper case, as ARNs have it */
export function verb(value: unknown, path: string): string {
  if (/^[A-Za-z]+$/.test(text(value, path))) return (value as string).toUpperCase();
  return refuseValue(path, 'an HTTP method', value);
}

/** @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
export function stageName(value: unknown, path: string): string {
  if (/^(?:\$default|[\w-]{1,128})$/.test(text(value, path))) return value as string;
  return refuseValue(path, 'the name of a stage (letters, digits, - and _) or $default', value);
}

/** Its scheme is put before it, and would stand there twice. */
export function bareToken(value: unknown, path: string): string {
  if (!/^(?:Bearer|DPoP|Basic)(?:\s|$)/i.test(text(value, path))) return value as string;
  return refuse(path, 'must be the token without its scheme; a whole header goes into `authorization`');
}

/** What REST APIs say instead of an address when they are tried out in the console. */
const CONSOLE = 'test-invoke-source-ip';

/** @returns as it is: gateways may write a port beside it, and IPv6 in more than one way */
export function sourceIp(value: unknown, path: string): string {
  if (value !== CONSOLE) address(value, path);
  return value as string;
}

/**
 * @returns a copy, with the address as policies know it
 * @throws {OptionError} for another member, for what is no address, and for a time that is not in seconds of the epoch
 */
export function clientOf(client: unknown): ConditionContext {
  const given = plainObject(client, 'client', ['sourceIp', 'now']);
  return {
    sourceIp: optional(given, 'client', 'sourceIp', undefined, address),
    now: optional(given, 'client', 'now', undefined, epochSeconds),
  };
}

function address(value: unknown, path: string): string {
  return clientIpOf(value) ?? refuseValue(path, 'an IP address', value);
}

/** The last second of the year 9999. Milliseconds of our days are beyond it. */
const LAST = 253_402_300_799;

function epochSeconds(value: unknown, path: string): number {
  if (typeof value === 'number' && value >= 0 && value <= LAST) return value;
  return refuseValue(path, `seconds of the epoch, ${LAST} at most (not milliseconds)`, value);
}
