import { literalTexts, type RouteKey, VERBS } from '../routes/route-key.ts';

/**
 * What can make one path read as another: `//`, dot segments, either with parameters that some backends drop, and
 * encoded separators, percent signs and control characters, in overlong UTF-8 too. Requests with such paths are refused
 * when they are judged; from the cache no one judges them, so the policy must refuse them too. (A backslash as such can
 * be in no URL that a gateway takes, RFC 3986, and a resource with one may be in no policy that it takes. Nor is there a
 * glob for a `%` that encodes nothing.)
 */
const AMBIGUOUS =
  '// /./ /../ /; /.; /..; /%3B /.%3B /..%3B /%3b /.%3b /..%3b ' +
  '%0 %1 %23 %25 %2E %2e %2F %2f %3F %3f %5C %5c %7F %7f %C0 %c0 %C1 %c1 %E0%8 %e0%8 %F0%8 %f0%8 %F8 %f8 %FC %fc';
const AMBIGUOUS_ENDS = '/. /..';

/** Globs over whole ARNs that match every ambiguous path of any API in the partition. Short, since each one counts. */
export function ambiguityGuards(partition: string): readonly string[] {
  const any = `arn:${partition}:execute-api:*:*:*`;
  return [
    ...AMBIGUOUS.split(' ').map((text) => `${any}${text}*`),
    ...AMBIGUOUS_ENDS.split(' ').map((text) => `${any}${text}`),
  ];
}

/**
 * Globs for the stage `*`, whose star crosses `/`: an Allow for its `GET/orders` matches `prod/POST/admin/GET/orders`
 * too. They match every path with a segment that is a verb and is not the last.
 *
 * @param prefix - what every resource of the stage begins with
 */
export function anyStageGuards(prefix: string): readonly string[] {
  return VERBS.map((verb) => `${prefix}*/${verb}/*`);
}

/**
 * The characters of a route's literals, percent-encoded (`%75` for the `u` of `/users`). It is not documented whether
 * API Gateway decodes a path before it routes it, or before it writes it into the ARN. Did it do the first and not
 * the second, `/%75sers` would pass by a Deny of `/users`; and so it does where a backend behind a catch-all decodes it.
 */
export function encodedLiterals(route: RouteKey): readonly string[] {
  const codes = new Set<string>();
  for (const character of literalTexts(route).join('')) {
    const hex = character.charCodeAt(0).toString(16);
    codes.add(`%${hex.toUpperCase()}`).add(`%${hex}`);
  }
  return [...codes];
}

export function encodingGuards(partition: string, encoded: Iterable<string>): readonly string[] {
  return Array.from(encoded, (text) => `arn:${partition}:execute-api:*:*:*${text}*`);
}
