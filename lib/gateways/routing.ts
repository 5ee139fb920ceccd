/** How a gateway chooses the route of a request: as REST APIs do, or as HTTP APIs do. */
export type Routing = 'rest' | 'http';

/** One order in which a gateway may try the routes that fit a path. Within it, the more specific route goes first. */
export interface Preference {
  /** Routes without a greedy parameter go first, also if they are less specific. */
  readonly completeFirst: boolean;
  /** Routes for the method go before routes for `ANY`, also if they are less specific. */
  readonly methodFirst: boolean;
}

/** What differs in the routing of gateways. */
export interface RoutingFacts {
  /** `ignored`: `/orders/` is the same request as `/orders`. */
  readonly finalSlash: 'ignored' | 'kept';
  /** `decoded`: the gateway decodes a path once, routes by that, and passes it to the backend. */
  readonly percentEncoding: 'as sent' | 'decoded';
  /** The orders that the gateway may use, as far as is known. If they differ, the rules of each route must pass. */
  readonly preferences: readonly Preference[];
}

/**
 * Both kinds of APIs compare segment by segment: a literal goes before a parameter, a parameter before a greedy one. Both
 * skip a route whose method does not fit, and go on to a less specific one.
 *
 * | | REST APIs | HTTP APIs |
 * | --- | --- | --- |
 * | Percent-encoding | as sent (events of AWS) | decoded once, before routing (events of AWS; routing: reported) |
 * | A final slash | ignored (recorded on AWS) | part of the path (reported) |
 * | `/files/` and `/files/{proxy+}` | no match, since it is `/files` | a match: the parameter takes nothing (reported) |
 * | A leading `//` | collapses (recorded on AWS); such paths are refused | part of the path; such paths are refused |
 * | A verb that a path lacks | goes on to a greedy route (measured) | goes on to a greedy route, then `$default` (documented) |
 * | A complete route, less specific than a greedy one | not documented | goes first (documented) |
 * | A route for the method, less specific than one for `ANY` | not documented | not documented |
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html
 */
export const ROUTINGS: Readonly<Record<Routing, RoutingFacts>> = {
  rest: {
    finalSlash: 'ignored',
    percentEncoding: 'as sent',
    preferences: [
      { completeFirst: false, methodFirst: false },
      { completeFirst: true, methodFirst: false },
      { completeFirst: true, methodFirst: true },
    ],
  },
  http: {
    finalSlash: 'kept',
    percentEncoding: 'decoded',
    preferences: [
      { completeFirst: true, methodFirst: false },
      { completeFirst: true, methodFirst: true },
    ],
  },
};

export const EVERY_ROUTING = Object.keys(ROUTINGS) as readonly Routing[];
