import { nonEmptyList, nonEmptyString, optional, refuse } from '../util/option-checks.ts';
import { publicUrl } from './resource-url.ts';

/** What the challenge of a 401 says. */
export interface ChallengeOptions {
  /**
   * Name of the protected area, for people.
   *
   * @default 'api'
   */
  readonly realm?: string;
  /**
   * Scopes that a client should request. MCP clients request exactly these.
   *
   * @default none: clients take `scopes_supported` of the metadata
   */
  readonly scopes?: readonly string[];
  /**
   * Address of the metadata of the protected resource (RFC 9728), see `resourceMetadataUrl`. MCP clients find your Auth0
   * tenant by it.
   *
   * @default none
   */
  readonly resourceMetadata?: string;
}

export const CHALLENGE_OPTIONS = [
  'realm',
  'scopes',
  'resourceMetadata',
] as const satisfies readonly (keyof ChallengeOptions)[];

type RawChallenge = { readonly [name in keyof ChallengeOptions]?: unknown };

/**
 * Returns the value of `WWW-Authenticate`. It has no `error`: the gateway answers requests without a token and requests
 * with a bad one alike, and RFC 6750 allows an error code for the second only.
 *
 * @throws {OptionError}
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1
 */
export function bearerChallenge(options: RawChallenge): string {
  const realm = optional(options, '', 'realm', 'api', plainText);
  const scopes = optional(options, '', 'scopes', [], nonEmptyList, scopeName);
  const metadata = optional(options, '', 'resourceMetadata', null, publicUrl);
  const parameters = [
    `realm="${realm}"`,
    ...(scopes.length > 0 ? [`scope="${scopes.join(' ')}"`] : []),
    ...(metadata === null ? [] : [`resource_metadata="${metadata}"`]),
  ];
  return `Bearer ${parameters.join(', ')}`;
}

/** Printable ASCII without `"` and `\`, and without `'`: API Gateway puts the whole value between single quotes. */
function plainText(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  if (!/^[ !#-&(-[\]-~]+$/.test(text)) refuse(path, 'must be printable ASCII without quotes and backslashes');
  return text;
}

/** A scope as in RFC 6749, section 3.3, without `'`. */
function scopeName(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  if (!/^[!#-&(-[\]-~]+$/.test(text)) {
    refuse(path, 'must be the name of a scope: printable ASCII without white space, quotes and backslashes');
  }
  return text;
}
