import type { AuthorizationRequest } from '../gateway.ts';
import { type Fields, fieldsOf } from './event-fields.ts';
import type { TextMap } from './maps.ts';

/** How the maps of an event are read. One for all events of a kind. */
export interface MapReaders {
  headers(event: Fields): TextMap;
  query(event: Fields): TextMap;
}

/** What the events of a kind tell in their own way: method, path and stage stand in the ARN. */
type Told = Omit<AuthorizationRequest, 'headers' | 'query' | 'method' | 'path' | 'stage'>;

/**
 * A request whose headers and query are read when somebody first asks for them: the reading of a browser's headers
 * takes as long as all the rest, and most authorizers look at none but the one with the token.
 *
 * Every field is the object's own, so that copies have them all.
 */
export class RequestView implements AuthorizationRequest {
  declare readonly gateway: AuthorizationRequest['gateway'];
  declare readonly credential: AuthorizationRequest['credential'];
  declare readonly headers: TextMap;
  declare readonly query: TextMap;
  declare readonly clientIp: string | null;
  declare readonly method: string | null;
  declare readonly path: string | null;
  declare readonly routeTemplate: string | null;
  declare readonly stage: string | null;
  declare readonly arn: AuthorizationRequest['arn'];
  declare readonly requestId: string | null;
  declare readonly clientCertificate: string | null;
  declare readonly domainName: string | null;
  declare readonly event: unknown;
  readonly #readers: MapReaders;
  #headers: TextMap | null = null;
  #query: TextMap | null = null;

  constructor(told: Told, readers: MapReaders) {
    this.gateway = told.gateway;
    this.credential = told.credential;
    this.clientIp = told.clientIp;
    this.method = told.arn?.verb ?? null;
    this.path = told.arn?.path ?? null;
    this.routeTemplate = told.routeTemplate;
    this.stage = told.arn?.stage ?? null;
    this.arn = told.arn;
    this.requestId = told.requestId;
    this.clientCertificate = told.clientCertificate;
    this.domainName = told.domainName;
    this.event = told.event;
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
