/**
 * The words that pass from judging to answering: refusal codes, fault codes and the `Decision` itself.
 */

interface CodeFacts<Status extends 401 | 403 = 401 | 403> {
  /** HTTP status of the outcome: 401 = the token cannot be trusted, 403 = a good token that may not do this. */
  readonly status: Status;
  /** One sentence: what the reader of a log line with this code should do. */
  readonly advice: string;
}

const untrusted = (advice: string): CodeFacts<401> => ({ status: 401, advice });
const forbidden = (advice: string): CodeFacts<403> => ({ status: 403, advice });

/** Every reason for which a request is refused, with its status and what the reader of the log should do. */
export const REFUSALS = {
  missing_token: untrusted(
    'The request carried no credential: send `Authorization: Bearer <access token>`, or what `tokenSource` asks for.',
  ),
  multiple_credentials: untrusted(
    'More than one credential arrived: send exactly one, in exactly one of the places you configured.',
  ),
  unsupported_scheme: untrusted('The Authorization scheme is not Bearer: send `Bearer <access token>`.'),
  malformed_token: untrusted(
    'The credential is not a JWS compact serialization: look at what the client puts into the header.',
  ),
  opaque_token: untrusted(
    'An opaque Auth0 token arrived: let the client ask for its token with your `audience`.',
  ),
  encrypted_token: untrusted(
    'An encrypted token (JWE) arrived: switch JSON Web Encryption off for this API in Auth0.',
  ),
  id_token: untrusted('An ID token arrived: let the client send the access token instead.'),
  token_type_not_allowed: untrusted(
    'The header `typ` is neither `JWT` nor `at+jwt`: this is not an access token.',
  ),
  algorithm_not_allowed: untrusted(
    'The token is signed with an algorithm outside `algorithms`: compare it with the API settings in Auth0.',
  ),
  missing_kid: untrusted(
    'The token header names no key (`kid`): Auth0 always names one, so ask where this token comes from.',
  ),
  unknown_issuer: untrusted(
    'The token comes from an issuer you did not configure: add its domain, or ask where it comes from.',
  ),
  unknown_key: untrusted(
    'No published key has this `kid`: the key was revoked, or the token belongs to another tenant.',
  ),
  invalid_signature: untrusted('The signature does not fit the key: the token was altered or forged.'),
  token_expired: untrusted(
    'The token has expired: the client should refresh it; look at its clock if this repeats.',
  ),
  token_not_yet_valid: untrusted(
    'The token is not valid yet (`nbf` or `iat` lies ahead): look at the clocks, or raise `clockTolerance`.',
  ),
  token_too_old: untrusted('The token is older than `maxTokenAge`: the client should fetch a new one.'),
  missing_claim: untrusted(
    'A claim that is required is absent: look at `requiredClaims` and at the Auth0 Action that adds it.',
  ),
  invalid_claim: untrusted(
    'A registered claim has a value of the wrong type: the token was not made by Auth0.',
  ),
  wrong_audience: untrusted('The token was issued for another API: let the client ask for your `audience`.'),
  sender_constrained_token: untrusted(
    'The token is bound to a key that this package does not check: ask for an unbound token in the API settings of Auth0, under sender constraining.',
  ),
  insufficient_scope: forbidden(
    'The token lacks a scope that the route asks for: the client must request it at login.',
  ),
  insufficient_permissions: forbidden(
    'The user lacks a permission of the route: grant it in Auth0, with RBAC and "Add Permissions" on.',
  ),
  claim_mismatch: forbidden(
    'A claim does not have the value that the route asks for: compare the rule with the token.',
  ),
  ip_not_allowed: forbidden(
    'The client address is denied, or on no allow list: compare `clientIp` with the `ip` rule.',
  ),
  ip_unknown: forbidden(
    'The client address could not be determined: check the `source` of the `ip` rule against your set-up.',
  ),
  country_not_allowed: forbidden(
    'The country is denied, on no allow list, or not the one that the token names.',
  ),
  country_unknown: forbidden(
    'The country could not be determined, or not be trusted: check the `source` of the `country` rule and the CloudFront headers.',
  ),
  custom_rule: forbidden('A custom rule of yours said no: `rule` in the log line names it.'),
  rule_not_supported: forbidden(
    'The rule needs data that this kind of authorizer does not receive: use a REQUEST authorizer, or switch the rule off.',
  ),
  route_not_found: forbidden(
    'The request matches no declared route and `undeclared` is `deny`: declare the route.',
  ),
  undeclared_path: forbidden(
    'No declared route takes the path, and no policy can tell it from one that the caller may not use: declare a route for it.',
  ),
  ambiguous_path: forbidden(
    'The path can be read in two ways (`//`, `/../`, `%2F`, ...): it is refused rather than guessed at.',
  ),
  handler_unauthorized: untrusted(
    'Your handler threw `Unauthorized`, or the function of the rule did that `rule` in the log line names.',
  ),
  handler_forbidden: forbidden(
    'Your handler threw `Forbidden` or returned `false`, or the function of the rule that `rule` names threw `Forbidden`.',
  ),
} as const satisfies Record<string, CodeFacts>;

/** A reason for which a request is refused. A closed set: a `switch` over it can be exhaustive. */
export type RefusalCode = keyof typeof REFUSALS;

/** Refusals that speak of the path alone, before any route was found. */
export const PATH_REFUSALS: ReadonlySet<RefusalCode> = new Set([
  'route_not_found',
  'undeclared_path',
  'ambiguous_path',
]);

/** Every reason for which there is no verdict, because our side or Auth0's is down. Always a 5xx, never a 401. */
export const FAULTS = {
  unknown_event: 'This is not an event of a Lambda authorizer: check which trigger invokes the function.',
  keys_unavailable:
    'No usable key and the JWKS cannot be fetched: look at `error` in the log line, then at Auth0 and the network.',
  configuration: 'The middlewares are put together wrongly: the message says what is missing.',
  handler_error: 'Your handler or another middleware threw: look at `error` in the log line.',
  handler_result:
    'Your handler, `context` or `principalId` returned what an authorizer cannot answer: see the message.',
  rule_error: 'A rule function of yours threw: `rule` in the log line names it.',
  internal_error: 'A fault in this package: please report it with the stack.',
} as const satisfies Record<string, string>;

/** A reason for which a request could not be judged. */
export type FaultCode = keyof typeof FAULTS;

/** Why a request is refused. Holds no token data: `detail` is text that this package or your code wrote. */
export interface Refusal {
  readonly code: RefusalCode;
  /** The rule that refused, `ip` or `custom.office-hours` for example. */
  readonly rule?: string;
  /** What was missing or where, without a value out of the token: a claim's name, for example. */
  readonly detail?: string;
}

/** Where the key came from that verified the token: memory (fresh or stale), a fetch just now, or your options. */
export type KeyState = 'fresh' | 'stale' | 'fetched' | 'pinned';

/**
 * Whose keys a token was held against, in words that are not the token's own: an issuer that is configured, and a key
 * that this issuer has published.
 */
export interface VerifiedBy {
  readonly issuer: string;
  /** Absent when the issuer has no such key. */
  readonly kid?: string;
  /** Absent when the issuer has no such key. */
  readonly keys?: KeyState;
}

/** What a context value may be. Objects are plain ones, or arrays; gateways that only carry scalars get them encoded. */
export type ContextValue = string | number | boolean | null | undefined | object;

/** What reaches the backend beside the request: `$context.authorizer.<key>`. */
export type AuthorizerContext = { readonly [key: string]: ContextValue };

export interface Allow {
  readonly outcome: 'allow';
  /** `sub` by default; `unknown` for a token without one, `anonymous` without a token. */
  readonly principalId: string;
  /** Key of the declared route, `GET /users/{id}`; `null` when none was declared or matched. */
  readonly route: string | null;
  readonly context: AuthorizerContext;
  /** The API key value that REST APIs with `apiKeySource: AUTHORIZER` meter by. */
  readonly usageIdentifierKey?: string;
  /** The token's `exp` in epoch seconds; `null` for an anonymous caller. */
  readonly expiresAt: number | null;
}

export interface Deny extends Refusal {
  readonly outcome: 'deny';
  readonly status: 401 | 403;
  /** What the option `context` gives, where the answer may be replayed from a cache to a route that is allowed. */
  readonly context?: AuthorizerContext;
  /** The caller when the token was verified, else `null`. */
  readonly principalId: string | null;
  readonly route: string | null;
  /** For the log line, when the token itself was refused and its issuer is one of those configured. */
  readonly verifiedBy?: VerifiedBy;
}

export interface Fault {
  readonly outcome: 'fault';
  readonly code: FaultCode;
  readonly cause: unknown;
  /** The rule whose function threw. */
  readonly rule?: string;
}

/** The only thing that passes from judging to answering. */
export type Decision = Allow | Deny | Fault;
