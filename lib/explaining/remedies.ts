import type { FaultCode, RefusalCode } from '../decision/codes.ts';

/**
 * Where something can be changed: in the application that calls, in the Auth0 tenant, in the options of the authorizer, in
 * your own code behind or beside it, or in the set-up of the API, its network and its stores.
 */
export type RemedyPlace = 'client' | 'auth0' | 'options' | 'code' | 'set-up';

/** What can be changed, and where. */
export interface Remedy {
  readonly where: RemedyPlace;
  readonly change: string;
}

type Remedies = { readonly [Place in RemedyPlace]?: string };

const NEW_LOGIN = 'Request a new token: refresh it, or log in again.';
const KEEP_KEY = 'Use the key, and the certificate, that the token was requested with.';
const RIGHT_AUDIENCE = 'Request the token with the `audience` of this API, byte for byte.';

/** What can be changed about each refusal and fault. The advice of the code says what is wrong. */
const TABLE: Readonly<Record<RefusalCode | FaultCode, Remedies>> = {
  missing_token: {
    client: 'Send `Authorization: Bearer <access token>`.',
    options: "Name another place in `tokenSource`; set `token: 'optional'` on a route that is for everybody.",
  },
  multiple_credentials: {
    client: 'Send one credential.',
    options: 'Order the places by `tokenSource.prefer`.',
  },
  unsupported_scheme: {
    client: 'Send `Bearer <access token>`; `DPoP <access token>` only with a token that is bound to a key.',
    options: "Set `tokenSource.scheme: 'optional'` for a token without a scheme.",
  },
  malformed_token: { client: 'Send the access token as Auth0 returned it, without quotes or line breaks.' },
  opaque_token: {
    client: 'Request the token with the `audience` of this API: without it Auth0 returns an opaque token.',
    auth0: 'Set *Default Audience* in the settings of the tenant, if the client cannot send `audience`.',
  },
  encrypted_token: {
    auth0: 'Switch *JSON Web Encryption* off in the settings of the API.',
    options: 'Set `decryption`, with the private key.',
  },
  decryption_failed: {
    auth0: 'Compare the encryption key of the API with your private key.',
    options: 'Add the private key with the `kid` of the token to `decryption.keys`.',
  },
  unencrypted_token: {
    auth0: 'Switch *JSON Web Encryption* on in the settings of the API.',
    options: 'Leave `decryption.required` out while tokens of both kinds are in use.',
  },
  id_token: { client: 'Send the access token: the ID token is for the client itself.' },
  not_an_access_token: {
    client: 'Send the access token, not another JWT of the same issuer.',
    auth0: 'With another identity provider: let it issue access tokens with `typ: at+jwt` (RFC 9068).',
  },
  token_type_not_allowed: {
    client: 'Send the access token, not another kind of JWT.',
    auth0: "With `profile: 'rfc9068'`: choose the RFC 9068 profile in the settings of the API.",
    options: 'Leave `profile` out while tokens of the Auth0 profile are in use.',
  },
  algorithm_not_allowed: {
    auth0: 'Choose an algorithm of `algorithms` as the signing algorithm of the API (RS256 by default).',
    options: 'Add the algorithm of the API in Auth0 to `algorithms`.',
  },
  missing_kid: { client: 'Send an access token that Auth0 issued.' },
  unknown_issuer: {
    client: 'Request the token from the domain that `domain` names: a custom domain is an issuer of its own.',
    options: 'Add the domain of the token to `domain` (or `AUTH0_DOMAIN`), if you trust it.',
  },
  unknown_key: {
    client: NEW_LOGIN,
    options: 'With pinned keys: pin the new key, or set `jwks.uri` beside `jwks.keys`.',
    auth0: 'Publish the next key before you rotate to it.',
  },
  invalid_signature: { client: 'Send the token unchanged, as Auth0 returned it.' },
  token_expired: {
    client: NEW_LOGIN,
    auth0: 'Raise *Maximum Access Token Lifetime* of the API, if tokens end too soon.',
  },
  token_not_yet_valid: {
    options: 'Raise `clockTolerance`, if a clock is known to be wrong.',
    client: 'Correct the clock of the system that issues the token.',
  },
  token_revoked: { client: 'Log in again, if the user still may.' },
  token_too_old: { client: NEW_LOGIN, options: 'Raise `maxTokenAge`.' },
  missing_claim: {
    auth0: 'Add the claim in an Action of the flow that issues the token.',
    options: 'Take the claim out of `requiredClaims`.',
  },
  invalid_claim: { auth0: 'Find the Action that sets the claim, and give it a value of the right type.' },
  wrong_audience: {
    client: RIGHT_AUDIENCE,
    options: 'Add the identifier of the API in Auth0 to `audience` (or `AUTH0_AUDIENCE`).',
  },
  sender_constrained_token: {
    options: 'Set `dpop` or `mtls`.',
    auth0: 'Switch *Sender Constraining* off for the API.',
  },
  token_not_bound: {
    client: 'Request the token with a DPoP proof, or with the client certificate.',
    auth0: 'Require *Sender Constraining* for the API.',
    options: 'Take the requirement out of `dpop`, `mtls` or the rule `bound`.',
  },
  dpop_proof_missing: {
    client: 'Send `Authorization: DPoP <access token>`, and a new proof in the header `DPoP`.',
  },
  dpop_proof_invalid: {
    client: 'Make the proof for the method and the URL of this request, and for this token, now.',
    options: 'Set `dpop.origin` to the origin that clients use; raise `dpop.maxAge` for slow clocks.',
  },
  dpop_proof_replayed: { client: 'Make a new proof for each request, also for a retry.' },
  dpop_key_mismatch: { client: KEEP_KEY },
  certificate_missing: {
    client: 'Connect with the client certificate.',
    'set-up': 'Give the custom domain mutual TLS, and disable the default endpoint.',
    options: 'Name in `mtls.source` where the certificate arrives.',
  },
  certificate_mismatch: { client: KEEP_KEY },
  audience_not_allowed: {
    client: 'Request the token with the audience in `detail`.',
    options: 'Add the audience to the rule `audience` of the route.',
  },
  anonymous_not_allowed: {
    client: 'Let the person log in.',
    options: "List 'anonymous' in `callers.allow` of the route.",
  },
  caller_not_allowed: {
    options: 'Add the kind of caller to `callers.allow` of the route.',
    client: 'Use a token of a kind of caller that the route allows.',
  },
  actor_not_allowed: { options: 'Add the agent to `callers.actors`, or raise `callers.maxDelegation`.' },
  client_not_allowed: { options: 'Add the client ID of the application to `clients` of the route.' },
  insufficient_scope: {
    client: 'Request the scope in `detail` with the token (`scope`).',
    auth0: 'Define the scope in *Permissions* of the API, and grant it to the application.',
    options: 'Require another scope on the route.',
  },
  insufficient_permissions: {
    auth0:
      'Give the user a role with the permission; *Enable RBAC* and *Add Permissions in the Access Token*.',
    options: 'Require another permission on the route.',
  },
  claim_mismatch: {
    auth0: 'Set the claim in an Action of the flow that issues the token.',
    options: 'Change the value in `claims` of the route.',
  },
  organization_required: {
    client: 'Log in with `organization`; for machines, in the token request.',
    auth0: 'Let the application prompt for an organization.',
  },
  organization_not_allowed: {
    options: 'Add the id of the organization to `organization.allow` of the route.',
    client: 'Log in to an organization that the route takes.',
  },
  organization_mismatch: {
    client: "Send the organization's `org_id` (or its name in lower case) in the place that `matches` names.",
  },
  insufficient_authorization_details: {
    client: 'Request a token with an authorization detail of the type in `detail` (RFC 9396).',
  },
  insufficient_authentication: {
    client: 'Log in again with `acr_values` or `max_age`, as the challenge says.',
    auth0: 'Add the claim in `detail` in an Action; the names `acr`, `amr` and `auth_time` are reserved.',
    options: 'Set `authentication.claims` to the names that your Action uses.',
  },
  ip_not_allowed: { options: 'Change `allow` or `deny` of the rule `ip`, or its `source`.' },
  ip_unknown: {
    options: 'Set `source` of the rule `ip` to where the address is.',
    'set-up': 'Send all requests through the proxy that `source` names.',
  },
  country_not_allowed: { options: 'Change `allow` or `deny` of the rule `country`.' },
  country_unknown: {
    'set-up':
      'Let CloudFront forward `CloudFront-Viewer-Country` to the origin, with the secret header of `proof`.',
    options: 'Set `source` of the rule `country` to where the country is.',
  },
  custom_rule: { code: 'Read the function of the rule: it returned something other than `true`.' },
  rule_not_supported: {
    'set-up': 'Use an authorizer of type REQUEST.',
    options: 'Switch the rule off on this route.',
  },
  unknown_api: { options: 'Add the API in `detail` to `apis`, by its ID, or by ID and stage.' },
  route_not_found: {
    options: "Declare the route in `routes`, or set `undeclared: 'rules'`.",
    client: 'Correct method and path: letter case and a final slash count.',
  },
  reserved_value: {
    client: 'Use another value of the parameter.',
    options: 'Rename the literal of the other route, or give both routes the same rules.',
  },
  undeclared_path: { options: 'Declare a route for the path.' },
  ambiguous_header: {
    client: 'Send the header in `detail` once, or let your proxy replace what clients send.',
  },
  ambiguous_path: {
    client: 'Send a plain path: no `//`, no `.` or `..`, no `%2F`.',
    options: 'Set `encodedSlashes` on a REST route whose parameter may contain slashes.',
  },
  inexpressible_path: {
    client: 'Use values without `*`, `?` and `${`, and a shorter path.',
    options: 'Replace a custom rule by a rule over the token. With a bound token, only the path can change.',
  },
  handler_unauthorized: {
    code: 'Read where your handler, or the function of the rule, throws `Unauthorized`.',
  },
  handler_forbidden: {
    code: 'Read where your handler returns `false`, or where it or the function of the rule throws `Forbidden`.',
  },
  unknown_event: {
    'set-up': 'Attach the function as a Lambda authorizer; send `{ "warmup": true }` to warm it.',
  },
  keys_unavailable: {
    'set-up': 'Let the function reach the JWKS: VPC, NAT, proxy, DNS.',
    options: 'Correct `domain` or `jwks.uri`; pin keys by `jwks.keys` for outages.',
  },
  revocations_unavailable: {
    'set-up': 'Let the function read the store: network, `dynamodb:GetItem`.',
    options:
      "Set `revocations.onUnavailable: 'allow'`, if an outage of the store may let revoked tokens pass.",
  },
  replay_unavailable: {
    'set-up': 'Let the function write to the store: network, permissions.',
    options: "Set `dpop.onUnavailable: 'allow'`, if an outage of the store may let a proof be used twice.",
  },
  configuration: { code: 'Put the middleware that the message names into its place.' },
  handler_error: { code: 'Correct the error of your handler, middleware or function.' },
  handler_result: { code: 'Return what the message asks for.' },
  answer_too_large: {
    options: 'Shorten what `context` returns; choose a shorter `principalId`.',
  },
  rule_error: { code: 'Correct the error of the function of the rule.' },
  internal_error: { code: 'Report the error with its stack: it is a bug in this package.' },
};

/** What can be changed about a refusal or a fault; at least one thing. */
export function remediesFor(code: RefusalCode | FaultCode): readonly Remedy[] {
  const remedies = Object.entries(TABLE[code]) as [RemedyPlace, string][];
  return remedies.map(([where, change]) => ({ where, change }));
}
