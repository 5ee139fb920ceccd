import { checkJwksUri } from '../jwks/jwks-uri.ts';
import { nonEmptyString, refuse } from '../util/option-checks.ts';

/** Visible ASCII. Without `'`, which ends a static value of API Gateway, and `"` and `\`, which a quoted string escapes. */
const PLAIN_URL = /^[!#-&(-[\]-~]+$/;

/**
 * A URL for clients to use: `https:`, or `http:` on loopback; no fragment, no credentials. Kept byte for byte, because
 * clients compare it.
 *
 * @throws {OptionError}
 */
export function publicUrl(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  if (!PLAIN_URL.test(text) || !URL.canParse(text)) {
    refuse(path, "must be a URL such as 'https://api.example.com/', percent-encoded, without quotes");
  }
  checkJwksUri(text, path);
  return text;
}

/**
 * Returns the address where clients look for the metadata of a protected resource: `/.well-known/oauth-protected-resource`
 * between the host and the path. Give it to `gatewayResponses` as `resourceMetadata`, and serve it with
 * `protectedResourceHandler`.
 *
 * The address begins at the root of the host, so a REST API needs a custom domain for it, or a resource that is not below
 * a stage. `resourceMetadata` may also be another address, such as one below the stage.
 *
 * @param resource - identifier of the resource: an `https:` URL without a fragment
 * @throws {OptionError} for a text that is no such URL
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-3.1
 * @example
 * resourceMetadataUrl('https://api.example.com/mcp');
 * // 'https://api.example.com/.well-known/oauth-protected-resource/mcp'
 */
export function resourceMetadataUrl(resource: string): string {
  const { origin, pathname, search } = new URL(publicUrl(resource, 'resource'));
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}${search}`;
}
