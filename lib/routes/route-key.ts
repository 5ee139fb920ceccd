import { refuse } from '../util/option-checks.ts';

/** One segment of a declared path. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `slashes`: encoded slashes and percent signs are part of the value. Without it they are refused. */
  | { readonly kind: 'parameter' | 'greedy'; readonly name: string; readonly slashes?: 'data' };

/** A declared route, parsed. `key` is its canonical text, `GET /users/{id}`. */
export type RouteKey =
  | {
      readonly kind: 'path';
      readonly key: string;
      /** Upper-case verb, or `ANY`. */
      readonly method: string;
      /** Empty for the root, `GET /`. */
      readonly segments: readonly Segment[];
      /** `GET /users/` and `GET /users` are two routes. `false` with a greedy parameter and for the root. */
      readonly trailingSlash: boolean;
    }
  | { readonly kind: 'connect'; readonly key: '$connect' }
  | { readonly kind: 'default'; readonly key: '$default' };

/** The methods that API Gateway routes by. */
export const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Verb = (typeof VERBS)[number];

/** `ANY` is a route for all methods for which the path has no other key. */
export const METHODS = [...VERBS, 'ANY'] as const;

/** RFC 3986 unreserved characters and sub-delims, `:` and `@`. Without `*`, which is a wildcard in policies. */
const LITERAL = /^[A-Za-z0-9\-._~!$&'()+,;=:@]+$/;
/** A dot segment, or a segment that some backends read as a dot segment or an empty one because they drop `;...`. */
const NEVER_MATCHED = /^(?:\.{1,2}|\.{0,2};.*)$/s;
const PARAMETER_NAME = /^[A-Za-z0-9\-._:]+$/;

/**
 * Parses a route key as API Gateway writes it: `GET /users/{id}`, `ANY /files/{proxy+}`, `$default`, `$connect`.
 * Corrects nothing: any other spelling is an error.
 *
 * Literals contain no `%` and no character outside ASCII, because AWS does not document whether API Gateway decodes a path
 * before it chooses the route. Use a parameter for such segments.
 *
 * @param text - the key as declared
 * @param path - dotted path of the option, for the error
 * @throws {OptionError} if the text is not a route key
 */
export function parseRouteKey(text: string, path: string): RouteKey {
  if (text.startsWith('$')) return parseSpecialKey(text, path);
  const space = text.indexOf(' ');
  const method = text.slice(0, space);
  if (space === -1 || !(METHODS as readonly string[]).includes(method)) {
    const advice = `must be a method and a path, such as 'GET /users/{id}', with one of ${METHODS.join(', ')}`;
    refuse(path, `${advice}; or $default or $connect`);
  }
  const declared = text.slice(space + 1);
  if (!declared.startsWith('/')) {
    refuse(path, "must have one space and a path with a leading '/' after the method");
  }
  return { kind: 'path', key: text, method, ...parsePath(declared, path) };
}

/** Whether the route ends with a greedy parameter, `{proxy+}`. */
export function isGreedy(key: RouteKey): boolean {
  return key.kind === 'path' && key.segments.at(-1)?.kind === 'greedy';
}

function parseSpecialKey(text: string, path: string): RouteKey {
  if (text === '$default') return { kind: 'default', key: text };
  if (text === '$connect') return { kind: 'connect', key: text };
  refuse(
    path,
    'is never used: API Gateway calls the authorizer of a WebSocket API for $connect only; declare $connect',
  );
}

function parsePath(declared: string, path: string) {
  const texts = declared.slice(1).split('/');
  const trailingSlash = texts.length > 1 && texts.at(-1) === '';
  if (trailingSlash || declared === '/') texts.pop();
  const segments = texts.map((text) => parseSegment(text, path));
  const greedy = segments.findIndex((segment) => segment.kind === 'greedy');
  if (greedy !== -1 && (greedy < segments.length - 1 || trailingSlash)) {
    refuse(path, 'has a greedy parameter before its end; put the greedy parameter last');
  }
  const names = segments.flatMap((segment) => (segment.kind === 'literal' ? [] : [segment.name]));
  if (new Set(names).size < names.length) {
    refuse(path, 'has two parameters with the same name; rename one');
  }
  return { segments, trailingSlash };
}

function parseSegment(text: string, path: string): Segment {
  if (text === '') refuse(path, "has an empty segment ('//')");
  if (NEVER_MATCHED.test(text)) {
    const advice = 'requests with such a path are refused as ambiguous; write the path without it';
    refuse(path, `has a '${text}' segment: ${advice}`);
  }
  if (text.startsWith('{') && text.endsWith('}')) {
    const greedy = text.endsWith('+}');
    const name = text.slice(1, greedy ? -2 : -1);
    if (PARAMETER_NAME.test(name)) return { kind: greedy ? 'greedy' : 'parameter', name };
  } else if (LITERAL.test(text) && !text.startsWith(':')) {
    return { kind: 'literal', text };
  }
  refuse(path, `has an invalid segment: ${adviceFor(text)}`);
}

function adviceFor(text: string): string {
  if (text.includes('*')) return "'*' is a wildcard of policies; use a greedy parameter such as {proxy+}";
  if (/[{}]/.test(text))
    return 'a parameter must be a whole segment, {id}, with a name of A-Z a-z 0-9 - . _ :';
  if (text.startsWith(':')) return `write a parameter as {id}, not ${text}`;
  if (/[?#]/.test(text)) return 'remove the query string or fragment';
  if (text.includes('%')) return 'percent-encoding cannot be matched reliably; use a parameter';
  return "a literal may contain only A-Z a-z 0-9 and - . _ ~ ! $ & ' ( ) + , ; = : @";
}
