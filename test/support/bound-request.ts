import type { BoundRequest } from '../../lib/token/binding.ts';

/** A request with nothing that could prove a binding: for tests of unbound tokens. */
export const NO_REQUEST: BoundRequest = Object.freeze({
  gateway: 'rest-request',
  headers: Object.freeze({}),
  method: null,
  path: null,
  domainName: null,
  clientCertificate: null,
  event: null,
});
