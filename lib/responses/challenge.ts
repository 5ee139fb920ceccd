import { type BindingTerms, parseBinding, type TokenBinding } from '../token/binding.ts';
import { nonEmptyList, nonEmptyString, optional, refuse, wholeNumber } from '../util/option-checks.ts';
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
  /**
   * Values of `acr` that a login needs: those of the rule `authentication`. Only if every route demands them, because the
   * challenge is the same for all requests.
   *
   * @default none
   * @see https://www.rfc-editor.org/rfc/rfc9470#section-3
   */
  readonly acrValues?: readonly string[];
  /**
   * Seconds ago that a login may be: the `maxAge` of the rule `authentication`. Only if every route demands it.
   *
   * @default none
   */
  readonly maxAge?: number;
  /**
   * The option `dpop` of the authorizer. With the mode `'allowed'` the value has a challenge for each scheme, `Bearer` first;
   * with `'required'` it has the one for `DPoP` alone. `algs` lists the signature algorithms that proofs may have.
   *
   * @default none: a challenge for `Bearer` alone
   * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1
   */
  readonly dpop?: TokenBinding;
}

export const CHALLENGE_OPTIONS = [
  'realm',
  'scopes',
  'resourceMetadata',
  'acrValues',
  'maxAge',
  'dpop',
] as const satisfies readonly (keyof ChallengeOptions)[];

type RawChallenge = { readonly [name in keyof ChallengeOptions]?: unknown };

/**
 * Returns the value of `WWW-Authenticate`: one challenge, or one for each scheme. It has no `error`: the gateway answers
 * requests without a token and requests with a bad one alike, and RFC 6750 allows an error code for the second only.
 *
 * @throws {OptionError}
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1
 */
export function challengesOf(options: RawChallenge): string {
  const realm = optional(options, '', 'realm', 'api', plainText);
  const scopes = optional(options, '', 'scopes', [], nonEmptyList, listed('the name of a scope'));
  const metadata = optional(options, '', 'resourceMetadata', null, publicUrl);
  const acrValues = optional(options, '', 'acrValues', [], nonEmptyList, listed('a value of `acr`'));
  const maxAge = optional(options, '', 'maxAge', null, wholeNumber, 1, 31_536_000);
  const parameters = [
    `realm="${realm}"`,
    ...(scopes.length > 0 ? [`scope="${scopes.join(' ')}"`] : []),
    ...(metadata === null ? [] : [`resource_metadata="${metadata}"`]),
    ...(acrValues.length > 0 ? [`acr_values="${acrValues.join(' ')}"`] : []),
    ...(maxAge === null ? [] : [`max_age="${maxAge}"`]),
  ];
  const binding = optional(options, '', 'dpop', null, parseBinding, 'jkt');
  return challengesFor(parameters, binding?.terms() ?? null).join(', ');
}

function challengesFor(parameters: readonly string[], dpop: BindingTerms | null): readonly string[] {
  const bearer = `Bearer ${parameters.join(', ')}`;
  if (dpop === null || dpop.mode === 'off') return [bearer];
  const bound = `DPoP ${[...parameters, `algs="${dpop.algorithms.join(' ')}"`].join(', ')}`;
  return dpop.mode === 'required' ? [bound] : [bearer, bound];
}

/** Printable ASCII without `"` and `\`, and without `'`: API Gateway puts the whole value between single quotes. */
function plainText(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  if (!/^[ !#-&(-[\]-~]+$/.test(text)) refuse(path, 'must be printable ASCII without quotes and backslashes');
  return text;
}

/** Checks a value of a list that spaces separate, as scopes are (RFC 6749, section 3.3). It may not contain `'` either. */
function listed(what: string) {
  return (value: unknown, path: string): string => {
    const text = nonEmptyString(value, path);
    if (/^[!#-&(-[\]-~]+$/.test(text)) return text;
    return refuse(path, `must be ${what}: printable ASCII without white space, quotes and backslashes`);
  };
}
