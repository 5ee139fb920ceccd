import { OptionError } from '../decision/errors.ts';
import type { TokenSource } from '../gateways/gateway.ts';
import { placesOf } from '../gateways/reading/credentials.ts';

/** A request, as it is sent. */
export interface StageRequest {
  readonly method: string;
  /** Path and query, below the path of the stage's address. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** Where a request holds its token. */
export interface TokenPlacement {
  /** Whether it is in a header of its own. */
  readonly isHeader: boolean;
  /** The headers and the query that hold the token; of the header name in lower case, if wanted. */
  place(token: string, inLowerCase: boolean): Pick<StageRequest, 'headers'> & { readonly query: string };
}

/**
 * Where requests hold the token: the first place that the authorizer looks at.
 *
 * @throws {OptionError} if the first place is a WebSocket subprotocol
 */
export function tokenPlacement(source: TokenSource = {}): TokenPlacement {
  const { header = 'Authorization', query, cookie } = source;
  switch (placesOf(source)[0]) {
    case 'query':
      return { isHeader: false, place: (token) => ({ headers: [], query: `?${query}=${token}` }) };
    case 'cookie':
      return {
        isHeader: false,
        place: (token) => ({ headers: ['Cookie', `${cookie}=${token}`], query: '' }),
      };
    case 'subprotocol':
      throw new OptionError('tokenSource', 'holds the token in a WebSocket subprotocol: prove sends none');
    default:
      return {
        isHeader: true,
        place: (token, inLowerCase) => ({
          headers: [inLowerCase ? header.toLowerCase() : header, `Bearer ${token}`],
          query: '',
        }),
      };
  }
}
