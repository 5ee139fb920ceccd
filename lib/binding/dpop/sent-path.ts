import type { GatewayKind } from '../../gateways/gateway.ts';
import { gatewayOfKind } from '../../gateways/index.ts';
import { decodedOnce } from '../../gateways/reading/decoded-once.ts';
import { fieldsOf } from '../../gateways/reading/event-fields.ts';
import { ROUTINGS } from '../../gateways/routing.ts';
import type { BoundRequest } from '../../token/binding.ts';

/** The path of a request as the client sent it, as far as the event shows that. */
export interface SentPath {
  /** With stage or base path mapping; `null` if the event does not have it. */
  readonly received: string | null;
  /** As the API routes it, without them. */
  readonly routed: string;
}

/**
 * Matches a decoded path that the client may have sent in several ways: with something encoded twice, or with an encoded `?`,
 * which ends the path in format 2.0.
 */
const UNCLEAR = /%[\da-f]{2}|\?/i;

/**
 * Finds the path that the client sent. HTTP APIs decode a path once: `/a%3Fb` in an event stands for `/a%253Fb`, or for itself
 * if nothing was decoded. Only if the ARN has the encoded form of what the event has elsewhere, that form is the sent one.
 *
 * @param path - from the ARN
 * @returns `null` if the event may stand for several addresses. On HTTP APIs a path without `%` and `?` is taken as it is: the
 *   API itself treats `/a+b` and `/a%2Bb` alike.
 */
export function sentPath({ gateway, event }: BoundRequest, path: string): SentPath | null {
  const received = receivedPath(event);
  const { routing } = gatewayOfKind(gateway as GatewayKind);
  const isDecoded = routing !== null && ROUTINGS[routing].percentEncoding === 'decoded';
  if (!isDecoded || !UNCLEAR.test(`${path}${received}`)) return { received, routed: path };
  const decoded = decodedOnce(path);
  if (received === null || decoded === path || !received.endsWith(decoded)) return null;
  return { received: received.slice(0, -decoded.length) + path, routed: path };
}

/** The path with its stage or base path mapping; `null` if the event has none. */
function receivedPath(event: unknown): string | null {
  const { rawPath, requestContext } = fieldsOf(event);
  const path = rawPath ?? fieldsOf(requestContext)['path'];
  return typeof path === 'string' ? path : null;
}
