import { nonEmptyString, refuse, refuseValue } from '../util/option-checks.ts';

/**
 * Checks an address to fetch keys from: `https:`, or `http:` on loopback, where nobody can change the answer. No
 * credentials and no fragment: the address is logged.
 *
 * @throws {OptionError}
 */
export function checkJwksUri(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  const url = URL.parse(text);
  if (url === null) {
    refuseValue(path, 'a URL such as https://<domain>/.well-known/jwks.json', text);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    refuse(path, 'must begin with https:// (http:// is for loopback addresses only)');
  }
  if (url.username !== '' || url.password !== '') {
    refuse(path, 'must not hold credentials: leave out what stands before the @');
  }
  if (url.hash !== '') refuse(path, 'must not have a fragment: leave out the # and what follows');
  return url.href;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
