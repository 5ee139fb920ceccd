import { nonEmptyString, refuse } from '../util/option-checks.ts';
import { auth0Issuer, ISSUER_WITHOUT_SLASH } from './auth0-profile.ts';

/** A host name of at least two labels. The last one is not a number, so that it is not an IPv4 address. */
const HOST =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/*
 * `[^!-~\u00a0-\uffff]` is white space and control characters. `\p{Cc}` would do, but takes 0.1 ms to compile.
 */

/** Characters that are not in host names and that the URL parser drops, decodes or gives a meaning to. */
const NOT_OF_A_HOST = /[^!-~\u00a0-\uffff]|[\s/\\@:?#%[\]]/;

const NOT_OF_AN_ISSUER = /[^!-~\u00a0-\uffff]|[\s\\?#]/;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The issuer of an Auth0 domain: `https://<domain>/`, with the trailing slash that Auth0 puts into `iss`.
 *
 * The domain may have capitals, a trailing slash, white space around it, or Unicode, which becomes `xn--...`. A scheme,
 * a path, a port or credentials are refused.
 *
 * @throws {OptionError}
 */
export function issuerOfDomain(value: unknown, path: string): string {
  const text = nonEmptyString(value, path).trim();
  const bare = text.endsWith('/') ? text.slice(0, -1) : text;
  const host = NOT_OF_A_HOST.test(bare) ? null : hostOf(bare);
  if (host === null || !HOST.test(host)) {
    refuse(
      path,
      "must be a domain such as 'tenant.eu.auth0.com': leave out the scheme, port, path and credentials (other issuers: `issuer`)",
    );
  }
  return auth0Issuer(host);
}

function hostOf(domain: string): string | null {
  return URL.canParse(`https://${domain}/`) ? new URL(`https://${domain}/`).hostname : null;
}

/**
 * An issuer as in `iss`. Kept byte for byte, because it is compared byte for byte (RFC 7519, section 4.1.1).
 * `https:`, or `http:` on loopback.
 *
 * @throws {OptionError}
 */
export function issuerUrl(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  if (!/^https?:\/\//i.test(text) || NOT_OF_AN_ISSUER.test(text) || !URL.canParse(text)) {
    refuse(
      path,
      "must be a URL such as 'https://tenant.eu.auth0.com/', without query, fragment or white space",
    );
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    refuse(path, 'must not hold credentials: write the URL without them');
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    refuse(path, 'must begin with https: (plain http is for loopback addresses only)');
  }
  if (ISSUER_WITHOUT_SLASH.test(text)) {
    refuse(path, `lacks the trailing slash that Auth0 puts into \`iss\`: write '${text}/'`);
  }
  return text;
}
