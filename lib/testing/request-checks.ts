import { CONSOLE_TEST_ADDRESS } from '../gateways/console-test.ts';
import type { ConditionContext } from '../iam/evaluate-condition.ts';
import { clientIpOf } from '../net/client-ip.ts';
import { optional, plainObject, refuse, refuseValue } from '../util/option-checks.ts';

/**
 * Checks of the parts of a request. A test with a request that no gateway would pass on proves nothing, so the checks
 * refuse it. Each takes a value and the path of its option, and throws an `OptionError`.
 */

/** Text, which may be empty, as a header may. */
export function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  return refuseValue(path, 'a string', value);
}

/** Text with a leading slash. */
export function rooted(value: unknown, path: string): string {
  if (text(value, path).startsWith('/')) return value as string;
  return refuseValue(path, 'a path that begins with a slash', value);
}

/** A path as in ARNs, or a template of such paths. */
export function requestPath(value: unknown, path: string): string {
  const found = rooted(value, path);
  if (!/[?#]/.test(found)) return found;
  return refuse(path, "must not contain '?' or '#'; put the query into `query` (policies do not see it)");
}

/** @returns the method in upper case, as in ARNs */
export function verb(value: unknown, path: string): string {
  if (/^[A-Za-z]+$/.test(text(value, path))) return (value as string).toUpperCase();
  return refuseValue(path, 'an HTTP method', value);
}

/** @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
export function stageName(value: unknown, path: string): string {
  if (/^(?:\$default|[\w-]{1,128})$/.test(text(value, path))) return value as string;
  return refuseValue(path, 'the name of a stage (letters, digits, - and _) or $default', value);
}

/** A token without its scheme; the builder adds `Bearer`. */
export function bareToken(value: unknown, path: string): string {
  if (!/^(?:Bearer|DPoP|Basic)(?:\s|$)/i.test(text(value, path))) return value as string;
  return refuse(path, 'must be the token without its scheme; pass a whole header as `authorization`');
}

/** @returns the address as given: gateways may add a port, and write IPv6 in more than one way */
export function sourceIp(value: unknown, path: string): string {
  if (value !== CONSOLE_TEST_ADDRESS) address(value, path);
  return value as string;
}

/**
 * @returns a copy, with the address as policies compare it
 * @throws {OptionError} for an unknown member, an invalid address, and a time that is not in seconds since the epoch
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

/** The last second of the year 9999. Today's time in milliseconds is larger. */
const LAST = 253_402_300_799;

function epochSeconds(value: unknown, path: string): number {
  if (typeof value === 'number' && value >= 0 && value <= LAST) return value;
  return refuseValue(path, `seconds since the epoch, at most ${LAST} (not milliseconds)`, value);
}

export function epochMilliseconds(value: unknown, path: string): number {
  if (typeof value === 'number' && value >= 0 && value <= LAST * 1000) return value;
  return refuseValue(path, 'milliseconds since the epoch', value);
}
