import { type Fields, fieldsOf } from './event-fields.ts';
import type { AuthorizationRequest } from './gateway.ts';
import type { TextMap } from './maps.ts';

/** How the maps of an event are read. One for all events of a kind. */
export interface MapReaders {
  headers(event: Fields): TextMap;
  query(event: Fields): TextMap;
}

type Rest = Omit<AuthorizationRequest, 'headers' | 'query'>;

/**
 * A request whose headers and query are read when somebody first asks for them: the reading of a browser's headers
 * takes as long as all the rest, and most authorizers look at none but the one with the token.
 *
 * Every field is the object's own, so that copies have them all.
 */
export class RequestView implements AuthorizationRequest {
  readonly gateway: AuthorizationRequest['gateway'];
  readonly credential: AuthorizationRequest['credential'];
  declare readonly headers: TextMap;
  declare readonly query: TextMap;
  readonly clientIp: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly routeTemplate: string | null;
  readonly stage: string | null;
  readonly arn: AuthorizationRequest['arn'];
  readonly requestId: string | null;
  readonly clientCertificate: string | null;
  readonly domainName: string | null;
  readonly event: unknown;
  readonly #readers: MapReaders;
  #headers: TextMap | null = null;
  #query: TextMap | null = null;

  constructor(rest: Rest, readers: MapReaders) {
    this.gateway = rest.gateway;
    this.credential = rest.credential;
    this.clientIp = rest.clientIp;
    this.method = rest.method;
    this.path = rest.path;
    this.routeTemplate = rest.routeTemplate;
    this.stage = rest.stage;
    this.arn = rest.arn;
    this.requestId = rest.requestId;
    this.clientCertificate = rest.clientCertificate;
    this.domainName = rest.domainName;
    this.event = rest.event;
    this.#readers = readers;
    Object.defineProperty(this, 'headers', HEADERS);
    Object.defineProperty(this, 'query', QUERY);
  }

  static headersOf(view: RequestView): TextMap {
    view.#headers ??= view.#readers.headers(fieldsOf(view.event));
    return view.#headers;
  }

  static queryOf(view: RequestView): TextMap {
    view.#query ??= view.#readers.query(fieldsOf(view.event));
    return view.#query;
  }
}

const HEADERS: PropertyDescriptor & ThisType<RequestView> = {
  enumerable: true,
  get() {
    return RequestView.headersOf(this);
  },
};

const QUERY: PropertyDescriptor & ThisType<RequestView> = {
  enumerable: true,
  get() {
    return RequestView.queryOf(this);
  },
};
