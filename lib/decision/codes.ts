interface CodeFacts<Status extends 401 | 403 = 401 | 403> {
  /** HTTP status: 401 = the token cannot be trusted, or another login is needed; 403 = the token is good, but this is not allowed. */
  readonly status: Status;
  /** One sentence for the log line: what is wrong, and what to do. */
  readonly advice: string;
}

const untrusted = (advice: string): CodeFacts<401> => ({ status: 401, advice });
const forbidden = (advice: string): CodeFacts<403> => ({ status: 403, advice });

/** Every reason to refuse a request, with its status and advice for the reader of the log. */
export const REFUSALS = {
  missing_token: untrusted(
    'The request has no credential: send `Authorization: Bearer <access token>`, or use the place in `tokenSource`.',
  ),
  multiple_credentials: untrusted(
    'The request has more than one credential: send exactly one, or order the places by `tokenSource.prefer`.',
  ),
  unsupported_scheme: untrusted(
    "The Authorization scheme is not Bearer (DPoP for a bound token): send `Bearer <access token>`, or set `tokenSource.scheme: 'optional'` for a bare token.",
  ),
  malformed_token: untrusted(
    'The credential is not a JWS compact serialization: check what the client sends in the header.',
  ),
  opaque_token: untrusted(
    'The token is an opaque Auth0 token: the client must request it with your `audience`.',
  ),
  encrypted_token: untrusted(
    'The token is encrypted (JWE): set `decryption`, or switch JSON Web Encryption off for this API in Auth0.',
  ),
  decryption_failed: untrusted(
    'The encrypted token cannot be opened: compare `detail` and `decryption` with the encryption key of the API in Auth0.',
  ),
  unencrypted_token: untrusted(
    'The token is not encrypted, and `decryption.required` is on: switch JSON Web Encryption on for this API in Auth0.',
  ),
  id_token: untrusted('The token is an ID token: the client must send the access token instead.'),
  not_an_access_token: untrusted(
    'The token is of the kind in `detail`, and only access tokens are accepted: check what the client sends.',
  ),
  token_type_not_allowed: untrusted(
    "The header `typ` is not that of an access token: it must be `at+jwt`, or `JWT` unless `profile` is 'rfc9068'.",
  ),
  algorithm_not_allowed: untrusted(
    'The token is signed with an algorithm outside `algorithms`: compare it with the API settings in Auth0.',
  ),
  missing_kid: untrusted(
    'The token header has no `kid`: Auth0 always sets one, so check where the token comes from.',
  ),
  unknown_issuer: untrusted(
    'The token comes from an issuer that is not configured: add its domain, or check where the token comes from.',
  ),
  unknown_key: untrusted(
    'No usable published key has this `kid`: `detail` says why a published one is not used; without it, the key was revoked, or the token belongs to another tenant.',
  ),
  invalid_signature: untrusted('The signature does not match the key: the token was altered or forged.'),
  token_expired: untrusted(
    'The token has expired: the client must refresh it; check its clock if this repeats.',
  ),
  token_not_yet_valid: untrusted(
    'The token is not valid yet (`nbf` or `iat` is in the future): check the clocks, or raise `clockTolerance`.',
  ),
  token_revoked: untrusted(
    'The token was revoked before it expired, by an entry of the kind in `detail`: the client must log in again, if it still may.',
  ),
  token_too_old: untrusted('The token is older than `maxTokenAge`: the client must request a new one.'),
  missing_claim: untrusted(
    'A required claim is missing: check `requiredClaims` and the Auth0 Action that adds the claim.',
  ),
  invalid_claim: untrusted(
    'A registered claim has a value of the wrong type: Auth0 did not issue this token.',
  ),
  wrong_audience: untrusted(
    'The token was issued for another API: the client must request it with your `audience`.',
  ),
  sender_constrained_token: untrusted(
    'The token is bound (`cnf`), and no option checks it: set `dpop` or `mtls`, or switch sender constraining off in Auth0.',
  ),
  token_not_bound: untrusted(
    'The token is not bound as `dpop`, `mtls` or `bound` requires: require sender constraining in Auth0.',
  ),
  dpop_proof_missing: untrusted(
    'The token is bound to a key: send `Authorization: DPoP <token>`, and a proof in the header `DPoP`.',
  ),
  dpop_proof_invalid: untrusted('The DPoP proof is not for this request: check what `detail` names.'),
  dpop_proof_replayed: untrusted(
    'The DPoP proof was used before: make a new one for each request and each retry.',
  ),
  dpop_key_mismatch: untrusted(
    'Another key signed the DPoP proof: use the key that the token was requested with.',
  ),
  certificate_missing: untrusted(
    'The token is bound to a certificate, and the request has none: check the mutual TLS of the domain, and `mtls.source`.',
  ),
  certificate_mismatch: untrusted(
    'The token is bound to another certificate: use the one that the token was requested with.',
  ),
  audience_not_allowed: forbidden(
    'The token was issued for another API than the route requires: the client must request it with the audience of this API.',
  ),
  anonymous_not_allowed: forbidden(
    "The token is of an anonymous session: its person never logged in. To admit it, list 'anonymous' in `rules.callers.allow`.",
  ),
  caller_not_allowed: forbidden(
    'The kind of caller is not in `callers.allow`, or the token does not show it: compare `detail` and `rules.callers` with `sub`, `act` and `sub_profile`.',
  ),
  actor_not_allowed: forbidden(
    'The agent is not in `callers.actors`, or `act` is nested deeper than `callers.maxDelegation`: compare the rule with the token.',
  ),
  client_not_allowed: forbidden(
    'The application (`azp` or `client_id`) is not in `rules.clients`: compare the rule with the token.',
  ),
  insufficient_scope: forbidden(
    'The token lacks a scope that the route requires: the client must request it at login.',
  ),
  insufficient_permissions: forbidden(
    'The user lacks a permission that the route requires: grant it in Auth0, with RBAC and "Add Permissions in the Access Token" on.',
  ),
  claim_mismatch: forbidden(
    'A claim does not have the value that the route requires: compare the rule with the token.',
  ),
  organization_required: forbidden(
    'The token has no organization, which the route requires: the client must log in to one (`organization`).',
  ),
  organization_not_allowed: forbidden(
    "The token's organization is not in `allow`: compare its `org_id` and `org_name` with the `organization` rule.",
  ),
  organization_mismatch: forbidden(
    "The request does not name the token's organization exactly: compare the part in `matches` with `org_id`, or with `org_name` in lower case.",
  ),
  insufficient_authorization_details: forbidden(
    'The token has no authorization detail of a type that the route requires (RFC 9396): the client must request one at login.',
  ),
  insufficient_authentication: untrusted(
    'The login is too old or too weak for the route: the client must log in again with `acr_values` or `max_age` (RFC 9470); if every caller is refused, check the Auth0 Action that adds the claim in `detail`.',
  ),
  ambiguous_header: forbidden(
    'The event has a header that decides in two spellings, or with two values: `detail` names it; the client, or a proxy, must send it once.',
  ),
  ip_not_allowed: forbidden(
    'The client address is on the deny list, or not on the allow list: compare `clientIp` with the `ip` rule.',
  ),
  ip_unknown: forbidden(
    'The client address is unknown: compare the `source` of the `ip` rule with your set-up.',
  ),
  country_not_allowed: forbidden(
    'The country is on the deny list, not on the allow list, or not the one in the token: compare `country` with the rule.',
  ),
  country_unknown: forbidden(
    'The country is unknown or not proven: check the `source` of the `country` rule and the CloudFront headers.',
  ),
  custom_rule: forbidden('The custom rule named in `rule` did not return `true`.'),
  rule_not_supported: forbidden(
    'The rule reads data that this kind of authorizer does not receive: use a REQUEST authorizer, or switch the rule off.',
  ),
  unknown_api: forbidden(
    '`apis` does not name the API in `detail`: add its ID, or its ID and stage, to `apis`.',
  ),
  route_not_found: forbidden(
    'The request matches no declared route, and `undeclared` is `deny` (the default) or `absent`: declare the route.',
  ),
  reserved_value: forbidden(
    'A path parameter has a value that is a literal of a declared route, and no policy can separate the two for this caller: use another value, or rename the literal.',
  ),
  undeclared_path: forbidden(
    'The path matches no declared route, and no policy can separate it from a route that the caller may not use: declare a route for it.',
  ),
  ambiguous_path: forbidden(
    'The path can be read in two ways (`//`, `/../`, `%2F`, ...): the client must send a plain path. For ids with `/` or `%`, see `encodedSlashes`.',
  ),
  inexpressible_path: forbidden(
    'A custom rule, a bound token or your handler makes the answer one for this path alone, and no policy can name the path: use values without `*`, `?` and `${`, a shorter path, or a rule over the token in place of a custom rule.',
  ),
  handler_unauthorized: untrusted(
    'Your handler, or the rule function named in `rule`, threw `Unauthorized`.',
  ),
  handler_forbidden: forbidden(
    'Your handler returned `false` or threw `Forbidden`, or the rule function named in `rule` threw it.',
  ),
} as const satisfies Record<string, CodeFacts>;

/** A reason to refuse a request. A closed set: a `switch` over it can be exhaustive. */
export type RefusalCode = keyof typeof REFUSALS;

/** Refusals because of the path, for any token. */
export const PATH_REFUSALS: ReadonlySet<RefusalCode> = new Set([
  'route_not_found',
  'reserved_value',
  'undeclared_path',
  'ambiguous_path',
  'inexpressible_path',
]);

/** Every reason why there is no verdict: a fault on our side or on Auth0's. Always a 5xx, never a 401. */
export const FAULTS = {
  unknown_event: 'The event is not one of a Lambda authorizer: check which trigger invokes the function.',
  keys_unavailable:
    'There is no usable key, and the JWKS cannot be fetched: check `error` in the log line, then Auth0 and the network.',
  revocations_unavailable:
    'The list of revoked tokens cannot be read, and `revocations.onUnavailable` is `deny`: check `error` in the log line, then the store.',
  replay_unavailable: 'The store of used DPoP proofs failed: check `error` in the log line, then the store.',
  configuration: 'A middleware is missing or in the wrong place: the message names it.',
  handler_error:
    'Your handler, another middleware, or the function of an option threw: check `error` in the log line.',
  handler_result:
    'Your handler, or the function of an option, returned a value that cannot be part of an answer: the message says why.',
  answer_too_large:
    'The answer exceeds 8 KB: shorten the part that the message names. `principalId` is `sub` of the token by default.',
  rule_error: 'The function of the rule named in `rule` threw: check `error` in the log line.',
  internal_error: 'This is a bug in this package: please report it with the stack.',
} as const satisfies Record<string, string>;

/** A reason why a request could not be judged. */
export type FaultCode = keyof typeof FAULTS;
