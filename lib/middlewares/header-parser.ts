import type { MiddlewareObj, Request } from '@middy/core';
import { AuthorizerFault } from '../decision/errors.ts';
import type { AuthorizationRequest, TokenSource } from '../gateways/gateway.ts';
import { recognise } from '../gateways/index.ts';
import { parseTokenSource } from '../gateways/reading/credentials.ts';
import { type Invocation, invocationOf } from '../invocation/invocation.ts';
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

/** The options of headerParser. */
export const PARSER_OPTIONS = ['tokenSource'] as const satisfies readonly (keyof HeaderParserOptions)[];

/**
 * Recognises the gateway by its event and reads it into one shape for every gateway.
 *
 * @throws {AuthorizerFault} `unknown_event` when it is not an event of a Lambda authorizer; `configuration` when a
 *   middleware before it needed the request already
 * @example
 * const chain = middy().use(headerParser({ tokenSource: { header: 'X-Access-Token' } }));
 */
export function headerParser(options: HeaderParserOptions = {}): MiddlewareObj {
  const { tokenSource } = plainObject(options, '', PARSER_OPTIONS);
  return headerParserWith(parseTokenSource(tokenSource, 'tokenSource'));
}

/** The middleware for options that are parsed already. */
export function headerParserWith(tokenSource: TokenSource): MiddlewareObj {
  return {
    before: function headerParserBefore(request: Request): void {
      const invocation = invocationOf(request);
      if (invocation.phase.kind !== 'arrived') {
        const advice =
          'the request was read before, without the options of headerParser: put headerParser first';
        throw new AuthorizerFault('configuration', advice);
      }
      read(request, invocation, tokenSource);
    },
  };
}

/** The request as headerParser read it; without headerParser, it is read here with the default token source. */
export function parsedRequest(request: Request, invocation: Invocation): AuthorizationRequest {
  return invocation.phase.request ?? read(request, invocation, {});
}

function read({ event }: Request, invocation: Invocation, tokenSource: TokenSource): AuthorizationRequest {
  const authorization = recognise(event).read(event, tokenSource);
  invocation.phase = { kind: 'read', request: authorization, caller: null, judging: null };
  return authorization;
}
