import type { Refusal } from '../decision/decision.ts';
import { apiOf } from '../gateways/api-name.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { configuredDetail } from '../token/claims.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { refuse } from '../util/option-checks.ts';
import type { ParsedApi } from './api-options.ts';
import { createRuleBook, type RuleBook, type RuleBookOptions } from './rule-book.ts';

/** What applies to the requests of one API. */
export interface ApiBook {
  /** Its key in the option `apis`; `null` without that option: then the book is that of every API. */
  readonly api: string | null;
  /** The audiences of which a token of an issuer must have one; `null` = any that the verifier accepts. */
  audiencesOf(issuer: string): readonly string[] | null;
  readonly rules: RuleBook;
}

type Sender = Pick<AuthorizationRequest, 'apiId' | 'stage'>;

/** The books of an authorizer. */
export interface ApiBooks {
  /** At least one. */
  readonly all: readonly ApiBook[];
  /** The book for a request; `null` if `apis` does not name the API that sent it. */
  bookOf(request: Sender): ApiBook | null;
}

/** What the books of all APIs have in common. */
export interface CommonTerms extends Pick<RuleBookOptions, 'ipInPolicy' | 'clockTolerance' | 'isAuth0'> {
  /** The audiences that an API without its own takes, by issuer; `null` = any that the verifier accepts. */
  readonly inheritedOf?: ReadonlyMap<string, readonly string[]> | null;
}

/** The options of requestRules. */
export const RULE_OPTIONS = ['rules', 'routes', 'undeclared', 'apis'] as const;

/**
 * Compiles the options `rules`, `routes`, `undeclared` and `apis`.
 *
 * @param apis - from `parseApis`
 * @throws {OptionError}
 */
export function createApiBooks(
  options: Pick<RuleBookOptions, 'rules' | 'routes' | 'undeclared'>,
  apis: readonly ParsedApi[],
  { inheritedOf = null, ...terms }: CommonTerms = {},
): ApiBooks {
  const { rules, routes, undeclared } = options;
  if (apis.length === 0) {
    const book = {
      api: null,
      audiencesOf: () => null,
      rules: createRuleBook({ rules, routes, undeclared, ...terms }),
    };
    return { all: [book], bookOf: () => book };
  }
  const books = apis.map((own) => ({
    api: own.api,
    audiencesOf: (issuer: string) => own.audiences ?? inheritedOf?.get(issuer) ?? null,
    rules: createRuleBook({ rules, api: own, routes: own.routes, undeclared: own.undeclared, ...terms }),
  }));
  return { all: books, bookOf: createFinder(books) };
}

/**
 * The book for a key of `apis`.
 *
 * @throws {OptionError} if `apis` has no such key, or if it is missing with `apis`, or given without
 */
export function bookNamed({ all }: ApiBooks, api: string | undefined): ApiBook {
  const found = all.find((book) => book.api === (api ?? null));
  if (found !== undefined) return found;
  const keys = all.flatMap((book) => (book.api === null ? [] : [`'${book.api}'`]));
  if (keys.length === 0) refuse('api', 'has no meaning without `apis`: leave it out');
  return refuse('api', `must be a key of \`apis\`: ${keys.join(', ')}`);
}

function createFinder(books: readonly (ApiBook & { readonly api: string })[]): ApiBooks['bookOf'] {
  const byKey = new Map(books.map((book) => [book.api, book]));
  const withStages = new Set(books.flatMap(({ api }) => (api.includes('/') ? api.split('/', 1) : [])));
  return (sender) => {
    const { apiId, stage } = sender;
    const own = byKey.get(String(apiOf(sender)));
    if (own !== undefined) return own;
    // The policy for `*`, which sample events have, is one for every stage: also for those with rules of their own.
    if (stage === '*' && withStages.has(String(apiId))) return null;
    return byKey.get(String(apiId)) ?? null;
  };
}

/**
 * Why an API does not take a caller, whatever its rules; `null` if it does. It answers as an authorizer for this API alone
 * would: `missing_token`, `wrong_audience`. `unknown_api` if there is no book for the API.
 */
export function refusalOfApi(
  book: ApiBook | null,
  request: Sender,
  token: VerifiedToken | null,
): Refusal | null {
  if (book !== null && book.api === null) return null;
  if (token === null) return book?.rules.admitsAnonymous ? null : { code: 'missing_token' };
  if (book === null) return { code: 'unknown_api', detail: String(apiOf(request)) };
  const audiences = book.audiencesOf(token.issuer);
  if (audiences === null || token.audiences.some((one) => audiences.includes(one))) return null;
  const named = [token.claims.aud as string | readonly string[]].flat();
  return { code: 'wrong_audience', detail: configuredDetail(named, audiences) };
}
