import { fieldsOf } from '../../gateways/reading/event-fields.ts';
import type { BoundRequest } from '../../token/binding.ts';
import { normalAddress } from './address.ts';
import { sentPath } from './sent-path.ts';

/**
 * What a path of an event may have that no URL has: HTTP APIs decode paths. A lone surrogate stays, and then fits no address.
 */
const NOT_OF_URLS = /[^!-~\uD800-\uDFFF]|["#<>?\\^`{|}]|%(?![\da-f]{2})/giu;

/**
 * A segment `.` or `..`. API Gateway does not remove them from a path, so that the request is one for another address than
 * that without them. Encoded ones count: in the decoded path of an HTTP API they may have been encoded twice.
 */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * The addresses that the client may have used for a request. The client chooses nothing in them: neither `Host` nor
 * `X-Forwarded-Host` is read.
 *
 * @param origins - configured ones, without a final slash; `null`: the domain that API Gateway received the request for
 * @returns as `normalAddress` writes them, or, with a segment `.` or `..`, as it never does; empty if the event does not say
 *   them; `null` if the event may stand for several addresses that an API treats differently
 */
export function addressesOf(
  request: BoundRequest,
  origins: readonly string[] | null,
): readonly string[] | null {
  const { domainName, path } = request;
  if (path === null) return handshakeAddresses(request, origins);
  const bases = origins ?? (domainName === null ? [] : [`https://${domainName}`]);
  const sent = sentPath(request, path);
  if (sent === null) return null;
  const from = origins === null ? sent.received : sent.routed;
  if (from === null) return [];
  const encoded = from.replace(NOT_OF_URLS, encodeURIComponent);
  const addresses = bases.map((base) => base + encoded);
  return DOT_SEGMENT.test(encoded) ? addresses : normalised(addresses);
}

/** Domains that AWS gives to APIs: there the path of a WebSocket API is its stage. */
const DEFAULT_DOMAIN = /\.execute-api\.[a-z\d-]+\.amazonaws\.com(?:\.cn)?$/;

/**
 * The handshake of a WebSocket API. The event has no path, and on a custom domain does not show the base path mapping:
 * then the whole address must be configured. Clients may name the scheme `wss` or `https`.
 */
function handshakeAddresses(
  { domainName, event }: BoundRequest,
  origins: readonly string[] | null,
): readonly string[] {
  const { stage } = fieldsOf(fieldsOf(event)['requestContext']);
  const isDefault = domainName !== null && DEFAULT_DOMAIN.test(domainName) && typeof stage === 'string';
  const bases = origins ?? (isDefault ? [`https://${domainName}/${stage}`] : []);
  return normalised(bases.flatMap((base) => [base, inOtherScheme(base)]));
}

const OTHER_SCHEME: ReadonlyMap<string, string> = new Map([
  ['https:', 'wss:'],
  ['http:', 'ws:'],
  ['wss:', 'https:'],
  ['ws:', 'http:'],
]);

function inOtherScheme(address: string): string {
  return address.replace(/^\w+:/, (scheme) => String(OTHER_SCHEME.get(scheme)));
}

function normalised(addresses: readonly string[]): readonly string[] {
  return addresses.map(normalAddress).filter((address) => address !== null);
}
