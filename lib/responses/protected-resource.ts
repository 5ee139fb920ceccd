import type { AuthorizerOptions } from '../authorizer/options.ts';
import { optionsOfApi } from '../authorizer/options-of-api.ts';
import { parseAuthorizerOptions } from '../authorizer/settings.ts';
import type { TokenSource } from '../gateways/gateway.ts';
import { namesIn } from '../rules/kinds/scope-lists.ts';
import type { BindingTerms, ConfirmationMember } from '../token/binding.ts';
import type { VerifierSettings } from '../token/verifier-settings.ts';
import { optional, plainMap, plainObject, refuse } from '../util/option-checks.ts';
import { publicUrl } from './resource-url.ts';

/** Options of {@link protectedResourceMetadata}. */
export interface ProtectedResourceOptions {
  /**
   * With the option `apis` of the authorizer: the key of the API there.
   *
   * @default none
   */
  readonly api?: string;
  /**
   * Identifier of the resource: the URL that clients call, byte for byte. Clients compare it with the address that they
   * were given.
   *
   * @default the audience of the API, if it is one `https:` URL
   */
  readonly resource?: string;
  /**
   * Further members of the document, `resource_name` for example. They replace those that are derived from the options of
   * the authorizer. `resource` has an option of its own.
   *
   * @default none
   */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The document, RFC 9728 section 2. */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported?: readonly string[];
  readonly authorization_details_types_supported?: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly dpop_signing_alg_values_supported?: readonly string[];
  readonly dpop_bound_access_tokens_required?: true;
  readonly tls_client_certificate_bound_access_tokens?: true;
  readonly [member: string]: unknown;
}

/**
 * Returns the metadata of your API as an OAuth protected resource. Clients such as MCP clients learn from it where to get
 * a token, and for which scopes:
 *
 * - `authorization_servers`: the issuers that the authorizer trusts for this resource.
 * - `scopes_supported`: every name in a `scopes` or `permissions` rule, in the order of the options. Absent if there is
 *   none. Auth0's permissions are scopes of the API: clients request them as such, and RBAC grants those that the user has.
 * - `authorization_details_types_supported`: every type in a rule `authorizationDetails`. Absent if there is none.
 * - `bearer_methods_supported`: `header` for the header `Authorization`, `query` for the parameter `access_token`. Empty if
 *   `dpop` is required.
 * - `dpop_signing_alg_values_supported` with the option `dpop`, and `dpop_bound_access_tokens_required` if it is required.
 * - `tls_client_certificate_bound_access_tokens` with the option `mtls`.
 *
 * @param options - the same as for auth0Authorizer; `domain` and `audience` default to the environment variables
 * @throws {OptionError} for options that make no sense, and without a resource
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-2
 * @example
 * const metadata = protectedResourceMetadata(options, { resource: 'https://api.example.com/mcp' });
 */
export function protectedResourceMetadata(
  options: AuthorizerOptions = {},
  more: ProtectedResourceOptions = {},
): ProtectedResourceMetadata {
  const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
  const given = plainObject(more, '', ['api', 'resource', 'metadata']);
  const own = optionsOfApi(options, given.api as string | undefined);
  const { verifier, tokenSource } = parseAuthorizerOptions(own, { AUTH0_DOMAIN, AUTH0_AUDIENCE });
  const resource = publicUrl(given.resource ?? onlyUrlOf(verifier.audiences), 'resource');
  const scopes = scopesOf(own);
  const types = detailTypesOf(own);
  return {
    resource,
    authorization_servers: issuersFor(resource, verifier),
    ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
    ...(types.length > 0 ? { authorization_details_types_supported: types } : {}),
    bearer_methods_supported: isDpopRequired(verifier) ? [] : bearerMethods(tokenSource),
    ...boundMembers(verifier),
    ...optional(given, '', 'metadata', {}, furtherMembers),
  };
}

/** All issuers if the resource is no audience, but the address of one. */
function issuersFor(resource: string, { issuers, audiencesOf }: VerifierSettings): readonly string[] {
  const own = issuers.filter((issuer) => audiencesOf.get(issuer)?.includes(resource));
  return own.length > 0 ? own : issuers;
}

/** The terms of `dpop` or `mtls`; `undefined` if the option is off. */
function bindingTerms({ bindings }: VerifierSettings, member: ConfirmationMember): BindingTerms | undefined {
  return bindings.map((binding) => binding.terms()).find((terms) => terms.member === member);
}

function isDpopRequired(verifier: VerifierSettings): boolean {
  return bindingTerms(verifier, 'jkt')?.mode === 'required';
}

/** What bound tokens add (RFC 9728, section 2). Each member is absent if it would be false. */
function boundMembers(verifier: VerifierSettings): Partial<ProtectedResourceMetadata> {
  const dpop = bindingTerms(verifier, 'jkt');
  const mtls = bindingTerms(verifier, 'x5t#S256');
  return {
    ...(dpop === undefined ? {} : { dpop_signing_alg_values_supported: dpop.algorithms }),
    ...(isDpopRequired(verifier) ? { dpop_bound_access_tokens_required: true } : {}),
    ...(mtls === undefined ? {} : { tls_client_certificate_bound_access_tokens: true }),
  };
}

function onlyUrlOf(audiences: readonly string[]): string {
  const [audience = '', ...others] = audiences;
  if (others.length === 0 && /^https?:/.test(audience) && URL.canParse(audience)) return audience;
  return refuse(
    'resource',
    'is missing: write the URL of your API, since `audience` is not one https:// URL',
  );
}

/** Clients compare `resource` with the address that they called, so it is always checked. */
function furtherMembers(value: unknown, path: string): Readonly<Record<string, unknown>> {
  const members = plainMap(value, path);
  if (Object.hasOwn(members, 'resource'))
    refuse(`${path}.resource`, 'must be written as the option `resource`');
  return members;
}

/** The scopes and permissions that the common rules and the routes require. */
function scopesOf({ rules, routes }: AuthorizerOptions): readonly string[] {
  const required = [rules ?? {}, ...Object.values(routes ?? {})].flatMap((own) => [
    own.scopes,
    own.permissions,
  ]);
  return [...new Set(required.flatMap(namesIn))];
}

function detailTypesOf({ rules, routes }: AuthorizerOptions): readonly string[] {
  const all = [rules ?? {}, ...Object.values(routes ?? {})];
  const types = all.flatMap(({ authorizationDetails }) =>
    authorizationDetails === undefined || authorizationDetails === false ? [] : authorizationDetails.types,
  );
  return [...new Set(types)];
}

/** RFC 6750, section 2. A cookie or a header of another name is not one of its methods. */
function bearerMethods({ header, query }: TokenSource): readonly string[] {
  return [...(header === 'authorization' ? ['header'] : []), ...(query === 'access_token' ? ['query'] : [])];
}
