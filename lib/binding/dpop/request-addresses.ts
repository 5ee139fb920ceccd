import type { BoundRequest } from '../../token/binding.ts';
import { isObject } from '../../util/is-object.ts';
import { normalAddress } from './address.ts';

/**
 * What a path of an event may have that no URL has: HTTP APIs decode paths. A `%` stays: the event does not say whether it was
 * decoded. A lone surrogate stays too, and then fits no address.
 */
const NOT_OF_URLS = /[^!-~\uD800-\uDFFF]|["#<>?\\^`{|}]/gu;

/**
 * The addresses that the client may have used for a request. Nothing in them is the client's choice: not `Host`, not
 * `X-Forwarded-Host`.
 *
 * @param origins - configured ones, without a final slash; `null`: the domain that API Gateway received the request for
 * @returns as `normalAddress` writes them; empty if the event does not say them
 */
export function addressesOf(request: BoundRequest, origins: readonly string[] | null): readonly string[] {
  const { domainName, path, event } = request;
  const bases = origins ?? (domainName === null ? [] : [`https://${domainName}`]);
  const from = origins === null ? receivedPath(event) : path;
  if (from === null) return [];
  const encoded = from.replace(NOT_OF_URLS, encodeURIComponent);
  return bases.map((base) => normalAddress(base + encoded)).filter((address) => address !== null);
}

/** The path with its stage or base path mapping, as the client addressed it; `null` if the event has none. */
function receivedPath(event: unknown): string | null {
  const { rawPath, requestContext } = membersOf(event);
  const path = rawPath ?? membersOf(requestContext)['path'];
  return typeof path === 'string' ? path : null;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
