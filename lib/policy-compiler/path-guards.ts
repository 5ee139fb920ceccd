import { VERBS } from '../routes/route-key.ts';

/**
 * What can make one path read as another: `//`, dot segments, either with parameters that some backends drop, and encoded
 * separators, percent signs and control characters, in overlong UTF-8 too. Requests with such paths are refused when they
 * are judged, so a cached policy must refuse them as well.
 */
const CODES =
  '%0 %1 %23 %25 %2E %2e %2F %2f %3F %3f %5C %5c %7F %7f ' +
  '%C0 %c0 %C1 %c1 %E0%8 %e0%8 %F0%8 %f0%8 %F8 %f8 %FC %fc';
const SLASHES = '// /; /%3B /%3b /%20 %20/';
/** White space at the end of a path: HTTP APIs pass it on decoded, and many backends drop it. */
const ENDS = '%20';
/**
 * For gateways that decode: a no-break space at the end, which Node's `url.parse` drops, and a fragment, if the ARN is
 * decoded as well.
 */
const DECODED_ENDS = '%C2%A0 %C2%a0 %c2%A0 %c2%a0';
const DECODED = '#';
const DOTS = '/./ /../ /.; /..; /.%3B /..%3B /.%3b /..%3b';
const DOTTED_ENDS = '/. /..';

/** What guards begin with. On REST APIs they take 1.9 KB, on HTTP APIs 2.1; if all began with the API, 0.9 to 1.1 KB more. */
export interface GuardPrefixes {
  /**
   * For texts without a slash: any API, since it is shorter. IAM simulators take no wildcard before the first slash of a
   * resource, and serverless-offline takes such a pattern for one that matches everything.
   */
  readonly any: string;
  /** For texts with a slash: what every resource of the API begins with. */
  readonly api: string;
}

/**
 * Globs that match every ambiguous path of the API.
 *
 * @param withDots - `false` for emulators, some of which take a dot for any character
 * @param isDecoded - whether the gateway decodes paths
 */
export function ambiguityGuards(
  { any, api }: GuardPrefixes,
  withDots: boolean,
  isDecoded: boolean,
): readonly string[] {
  const around = (prefix: string, texts: string) => texts.split(' ').map((text) => `${prefix}*${text}*`);
  const ending = (prefix: string, texts: string) => texts.split(' ').map((text) => `${prefix}*${text}`);
  return [
    ...around(any, CODES),
    ...around(api, SLASHES),
    ...ending(any, ENDS),
    ...(isDecoded ? [...around(any, DECODED), ...ending(any, DECODED_ENDS)] : []),
    ...(withDots ? [...around(api, DOTS), ...ending(api, DOTTED_ENDS)] : []),
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
 * The percent-encoded spellings of characters in literals, `%75` for the `u` of `/users`. Somebody who decodes them reads
 * `/%75sers` as `/users`: an HTTP API, which routes by the decoded path, or a backend behind a catch-all. If the ARN holds
 * the path as sent, `/%75sers` would evade a Deny of `/users`.
 */
export function encodedSpellings(literals: Iterable<string>): readonly string[] {
  const codes = new Set<string>();
  for (const literal of literals) {
    for (const character of literal) {
      const hex = character.charCodeAt(0).toString(16);
      // One glob for all of `a` to `o`; the sixteenth code of the row, a backtick, is refused when judged, too.
      if (hex[0] === '6') codes.add('%6');
      else codes.add(`%${hex.toUpperCase()}`).add(`%${hex}`);
    }
  }
  return [...codes];
}

export function encodingGuards({ any }: GuardPrefixes, literals: Iterable<string>): readonly string[] {
  return encodedSpellings(literals).map((text) => `${any}*${text}*`);
}
