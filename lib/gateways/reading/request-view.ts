import type { AuthorizationRequest } from '../gateway.ts';
import { fieldsOf } from './event-fields.ts';
import { type EventFormat, readHeaders, readQuery } from './maps.ts';

/** What each gateway reads in its own way. Method, path and stage come from the ARN. */
type OwnFields = Omit<AuthorizationRequest, 'headers' | 'query' | 'method' | 'path' | 'stage'>;

/**
 * Makes the function that completes a request from events of one format. Headers and query are read on first use:
 * reading a browser's headers takes as long as all the rest, and most authorizers use the one with the token only.
 */
export function requestView(format: EventFormat): (own: OwnFields) => AuthorizationRequest {
  const addHeaders = lazy('headers', ({ event }: OwnFields) => readHeaders(fieldsOf(event), format.headers));
  const addQuery = lazy('query', ({ event }: OwnFields) => readQuery(fieldsOf(event), format.query));
  return (own) => {
    const { arn } = own;
    const request = {
      gateway: own.gateway,
      credential: own.credential,
      clientIp: own.clientIp,
      method: arn?.verb ?? null,
      otherMethod: own.otherMethod,
      path: arn?.path ?? null,
      otherPaths: own.otherPaths,
      routeTemplate: own.routeTemplate,
      stage: arn?.stage ?? null,
      arn,
      requestId: own.requestId,
      clientCertificate: own.clientCertificate,
      domainName: own.domainName,
      event: own.event,
    };
    return addQuery(addHeaders(request));
  };
}

/**
 * Makes the function that adds a property which is read on first use. The property is the target's own and enumerable, so
 * that copies have it. All targets share one getter, and a private field keeps the value: with a getter for each target,
 * V8 would give up their common shape, and making one would take 1.6 µs instead of 0.3.
 */
function lazy<Source extends object, const Name extends string, Value>(
  name: Name,
  read: (source: Source) => Value,
): <Target extends Source>(target: Target) => Target & { readonly [name in Name]: Value } {
  class Slot extends GivenObject {
    #value: Value | undefined;
    static read(target: Source & Slot): Value {
      target.#value ??= read(target);
      return target.#value;
    }
  }
  const property = {
    enumerable: true,
    get(this: Source & Slot) {
      return Slot.read(this);
    },
  };
  return (target) => Object.defineProperty(new Slot(target), name, property) as never;
}

/** `new` returns the object that is passed, so that the private fields of a subclass are added to that object. */
class GivenObject {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: it is how private fields get onto an object literal
    return target;
  }
}
