import type { StageRequest, TokenPlacement } from './place-token.ts';
import type { Probe } from './probe.ts';

/** Origin of preflight requests: no API allows it by name. */
const ORIGIN = 'https://prove.invalid';

/** Every request says what sends it, so that it can be found in the logs of the stage. */
export const USER_AGENT = 'middy-auth0-authorizer-prove';

/** The request of a probe. */
export function requestOf(
  { purpose, method, path }: Probe,
  token: string | undefined,
  placement: TokenPlacement,
): StageRequest {
  const placed =
    token === undefined
      ? { headers: [], query: '' }
      : placement.place(token, purpose === 'header in lower case');
  const preflight =
    purpose === 'preflight'
      ? [
          'Origin',
          ORIGIN,
          'Access-Control-Request-Method',
          'GET',
          'Access-Control-Request-Headers',
          'authorization',
        ]
      : [];
  return {
    method,
    target: `${path}${placed.query}`,
    headers: ['User-Agent', USER_AGENT, ...placed.headers, ...preflight],
  };
}
