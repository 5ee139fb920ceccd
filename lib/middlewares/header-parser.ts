import type { MiddlewareObj, Request } from '@middy/core';
import { AuthorizerFault } from '../decision/errors.ts';
import type { AuthorizationRequest, TokenSource } from '../gateways/gateway.ts';
import { recognise } from '../gateways/index.ts';
import { parseTokenSource } from '../gateways/reading/credentials.ts';
import type { AuthorizationState } from '../invocation/state.ts';
import { stateOf } from '../invocation/state.ts';
import { plainObject } from '../util/option-checks.ts';

export interface HeaderParserOptions {
  /**
   * Where the token is looked for: these places replace the `Authorization` header. AppSync hands over one value and
   * ignores this.
   *
   * @default { header: 'Authorization' }
   */
  readonly tokenSource?: TokenSource;
}

/**
 * Recognises the gateway by its event and reads it into one shape for every gateway.
 *
 * @throws {AuthorizerFault} `unknown_event` when it is not an event of a Lambda authorizer; `configuration` when a
 *   middleware before it needed the request already
 * @example
 * const chain = middy().use(headerParser({ tokenSource: { header: 'X-Access-Token' } }));
 */
export function headerParser(options: HeaderParserOptions = {}): MiddlewareObj {
  const { tokenSource } = plainObject(options, '', ['tokenSource']);
  return headerParserWith(parseTokenSource(tokenSource, 'tokenSource'));
}

/** The middleware for options that are parsed already. */
export function headerParserWith(tokenSource: TokenSource): MiddlewareObj {
  return {
    before: function headerParserBefore(request: Request): void {
      const state = stateOf(request);
      if (state.request !== undefined) {
        const advice = 'the request was read already, without the options of headerParser: put it first';
        throw new AuthorizerFault('configuration', advice);
      }
      state.request = recognise(request.event).read(request.event, tokenSource);
    },
  };
}

/** The request as headerParser read it, or read here with the default token source when that did not run. */
export function parsedRequest(request: Request, state: AuthorizationState): AuthorizationRequest {
  if (state.request !== undefined) return state.request;
  const read = recognise(request.event).read(request.event, {});
  state.request = read;
  return read;
}
