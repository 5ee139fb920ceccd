import type { Credential } from '../../token/credential.ts';
import type { AuthorizationRequest } from '../gateway.ts';
import { fieldsOf } from './event-fields.ts';
import { readHeaders } from './headers.ts';
import { type EventFormat, readQuery, type TextMap } from './maps.ts';

type ReadFields = Omit<AuthorizationRequest, 'headers' | 'query'>;

/**
 * Adds the credential, headers and query to what was read of an event. Headers and query are read on first use: reading a
 * browser's headers takes as long as all the rest, and most authorizers use the one with the token only. Both properties
 * are the request's own and enumerable, so that copies have them. The credential is in a private field: see
 * {@link credentialOf}.
 */
export function requestView(
  request: ReadFields,
  credential: Credential,
  format: EventFormat,
): AuthorizationRequest {
  const view = new Maps(request, credential, format);
  Object.defineProperty(view, 'headers', HEADERS);
  return Object.defineProperty(view, 'query', QUERY) as never;
}

/** Adds the credential to a request that has its headers and query. */
export function withCredential(request: AuthorizationRequest, credential: Credential): AuthorizationRequest {
  new Secret(request, credential);
  return request;
}

/** The credential of a request that a gateway read. Requests reach functions of the options, which must not get it. */
export function credentialOf(request: AuthorizationRequest): Credential {
  return Secret.of(request as AuthorizationRequest & Secret);
}

/** `new` returns the object that is passed, so that the private fields of a subclass are added to that object. */
class GivenObject {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: it is how private fields get onto an object literal
    return target;
  }
}

/** What no copy, no JSON and no function of the options sees. */
class Secret extends GivenObject {
  readonly #credential: Credential;

  constructor(request: object, credential: Credential) {
    super(request);
    this.#credential = credential;
  }

  static of(request: Secret): Credential {
    return request.#credential;
  }
}

/**
 * The maps of a request, in private fields. All requests share the getters below: with getters for each request, V8 would
 * give up the common shape of requests, and making one would take 1.4 µs instead of 0.5.
 */
class Maps extends Secret {
  readonly #format: EventFormat;
  #headers: TextMap | null = null;
  #query: TextMap | null = null;

  constructor(request: ReadFields, credential: Credential, format: EventFormat) {
    super(request, credential);
    this.#format = format;
  }

  static headersOf(request: ReadFields & Maps): TextMap {
    request.#headers ??= readHeaders(fieldsOf(request.event), request.#format.headers);
    return request.#headers;
  }

  static queryOf(request: ReadFields & Maps): TextMap {
    request.#query ??= readQuery(fieldsOf(request.event), request.#format.query);
    return request.#query;
  }
}

const HEADERS: PropertyDescriptor & ThisType<ReadFields & Maps> = {
  enumerable: true,
  get() {
    return Maps.headersOf(this);
  },
};

const QUERY: PropertyDescriptor & ThisType<ReadFields & Maps> = {
  enumerable: true,
  get() {
    return Maps.queryOf(this);
  },
};
