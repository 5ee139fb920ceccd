import type { ContextForm } from './answering/context.ts';
import type { Routing } from './routing.ts';

/** What differs from gateway to gateway, as data. Each value is in the gateway's own file, with its source. */
export interface GatewayFacts {
  /** What the event carries besides the token. */
  readonly sends: SentData;
  /** Which kinds of declared routes its requests can match. */
  readonly routeKinds: readonly RouteKind[];
  /** How it chooses the route of a path; `null` if its requests have no path. */
  readonly routing: Routing | null;
  /** Whether answers are cached, and under which key. */
  readonly cache: GatewayCache;
  /** What a response decides with. Of `policy or simple`, the option `httpApiResponse` chooses one. */
  readonly answersWith: 'policy' | 'policy or simple' | 'simple';
  readonly context: ContextFacts;
  /** How a 401 is answered unless the option `unauthorized` is set: by throwing `Unauthorized`, or by a denying response. */
  readonly unauthorized: 'throw' | 'deny';
  readonly denial: DenialFacts;
  /** Whether APIs may have a resource policy, which can allow what a policy denies implicitly. */
  readonly takesResourcePolicy: boolean;
  /** Whether the gateway meters requests by `usageIdentifierKey`. */
  readonly metersUsage: boolean;
}

/** What an event carries besides the token. */
export interface SentData {
  readonly headers: boolean;
  /** The client's address as the gateway saw it. */
  readonly address: boolean;
  /** The client's certificate, under mutual TLS. */
  readonly certificate: boolean;
}

/** `path`: keys such as `GET /users/{id}`; `connect`: `$connect`; `default`: `$default`, which takes what no other takes. */
export type RouteKind = 'path' | 'connect' | 'default';

/** How a gateway caches answers. */
export type GatewayCache =
  /** Not at all. */
  | { readonly kind: 'none'; readonly reason: string }
  /** Under the token alone. */
  | {
      readonly kind: 'token';
      /**
       * The identity sources to configure; empty if the key cannot be configured.
       *
       * @param header - the header that holds the token
       */
      sources(header: string): readonly string[];
    }
  /** Under the values of the identity sources that are configured, all of which a request must then have. */
  | {
      readonly kind: 'identity sources';
      header(name: string): string;
      query(name: string): string;
      readonly address: string;
      /** The route that the gateway chose: its template, and the method if the template has none. */
      readonly route: readonly [template: string, ...more: string[]];
      /** The path and the method of the request: each path has answers of its own. */
      readonly path: readonly [path: string, ...more: string[]];
    };

/** How what an answer adds reaches the backend. */
export interface ContextFacts {
  /** Field of the response that the gateway reads. */
  readonly field: 'context' | 'resolverContext' | 'handlerContext';
  /** The values that the gateway takes. */
  readonly form: ContextForm;
  /** The form in which the backend gets them; `null` if it is not documented well enough to predict. */
  readonly arrivesAs: ContextForm | null;
}

/** How the gateway treats a denying response. */
export interface DenialFacts {
  /** HTTP status that the client gets. */
  readonly status: 401 | 403;
  /** Whether access logs and gateway responses get the context of the response. */
  readonly keepsContext: boolean;
}

/**
 * Whether responses of this gateway hold a policy.
 *
 * @param httpApiResponse - the option of that name
 */
export function takesPolicy(
  { answersWith }: Pick<GatewayFacts, 'answersWith'>,
  httpApiResponse: 'iam' | 'simple',
): boolean {
  return answersWith === 'policy' || (answersWith === 'policy or simple' && httpApiResponse === 'iam');
}
