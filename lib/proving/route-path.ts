import { OptionError } from '../decision/errors.ts';

/** Stands in for a path parameter whose value is not given. No backend should know it. */
export const PLACEHOLDER = 'prove';

/** Characters of RFC 3986 that a path segment may contain, and encoded ones. */
const SEGMENT = /^(?:[A-Za-z0-9\-._~!$&'()+,;=:@]|%[0-9A-Fa-f]{2})+$/;

const PARAMETER = /\{(?<name>[^}+]+)\+?\}/g;

/**
 * The path of a declared route, `/users/7` for `/users/{id}`.
 *
 * @param parameters - values by name, percent-encoded; `prove` for a parameter that is not listed
 */
export function pathOfRoute(template: string, parameters: Readonly<Record<string, string>>): string {
  return template.replace(PARAMETER, (_, name: string) =>
    Object.hasOwn(parameters, name) ? (parameters[name] as string) : PLACEHOLDER,
  );
}

/**
 * Reads values of path parameters.
 *
 * @param texts - `name=value`; the value percent-encoded, of a greedy parameter with slashes
 * @throws {OptionError} for a text without a name or a value, and for characters that a path must not contain
 */
export function parseParameters(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const { name, value = '' } = /^(?<name>[^=]+)=(?<value>.+)$/.exec(text)?.groups ?? {};
      if (name === undefined) throw new OptionError('--param', `'${text}' is not name=value`);
      if (!value.split('/').every((segment) => SEGMENT.test(segment))) {
        throw new OptionError('--param', `the value of ${name} must be percent-encoded path segments`);
      }
      return [name, value];
    }),
  );
}

/**
 * Refuses a value that no request would have, because of a misspelt name.
 *
 * @throws {OptionError} names the parameters of the routes
 */
export function refuseUnknownParameters(
  parameters: Readonly<Record<string, string>>,
  routes: readonly string[],
): void {
  const known = new Set(
    routes.flatMap((route) => Array.from(route.matchAll(PARAMETER), ([, name = '']) => name)),
  );
  const unknown = Object.keys(parameters).find((name) => !known.has(name));
  if (unknown === undefined) return;
  const names = known.size === 0 ? 'they have none' : `they have ${[...known].join(', ')}`;
  throw new OptionError('--param', `'${unknown}' is no path parameter of the declared routes: ${names}`);
}
