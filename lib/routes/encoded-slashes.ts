import { isObject } from '../util/is-object.ts';
import { oneOf, plainMap, refuse, refuseEmpty } from '../util/option-checks.ts';
import type { RouteKey, Segment } from './route-key.ts';

type Parameter = Exclude<Segment, { readonly kind: 'literal' }>;

/**
 * Parameters of a route by name. `'data'`: `%2F` and `%25` are part of the value.
 *
 * You state that everything behind API Gateway takes the parameter as one segment, and decodes it once.
 */
export interface EncodedSlashes {
  readonly [parameter: string]: 'data';
}

/**
 * The key with the parameters marked that the option `encodedSlashes` of the route names.
 *
 * @param rules - the options of the route, of any type
 * @param path - dotted path of the options of the route
 * @throws {OptionError} for a parameter that the route does not have, and for a value other than `'data'`
 */
export function withEncodedSlashes(key: RouteKey, rules: unknown, path: string): RouteKey {
  const option = isObject(rules) ? rules['encodedSlashes'] : undefined;
  if (option === undefined) return key;
  const at = `${path}.encodedSlashes`;
  const wanted = plainMap(option, at);
  const names = Object.keys(wanted);
  refuseEmpty(names, at, 'parameter');
  let marked = key;
  for (const name of names) {
    oneOf(wanted[name], `${at}.${name}`, ['data']);
    marked = withMark(marked, name) ?? refuse(`${at}.${name}`, `is no parameter of '${key.key}'`);
  }
  return marked;
}

/** The key with one parameter marked; `null` if it has no such parameter. */
function withMark(key: RouteKey, name: string): RouteKey | null {
  if (key.kind !== 'path') return null;
  const { segments } = key;
  const index = segments.findIndex((segment) => segment.kind !== 'literal' && segment.name === name);
  if (index === -1) return null;
  return { ...key, segments: segments.with(index, { ...(segments[index] as Parameter), slashes: 'data' }) };
}

/** Whether a parameter of the key takes encoded slashes. */
export function takesEncodedSlashes(key: RouteKey): boolean {
  return key.kind === 'path' && key.segments.some(isMarked);
}

/** Whether each segment of a path that contains an encoded slash or percent sign is one where the key takes them. */
export function takesSlashesOf(key: RouteKey, path: string): boolean {
  if (key.kind !== 'path') return false;
  const last = key.segments.at(-1);
  const rest = last?.kind === 'greedy' ? last : undefined;
  return path
    .slice(1)
    .split('/')
    .every((text, index) => {
      const segment = key.segments[index] ?? rest;
      return !ENCODED.test(text) || (segment !== undefined && isMarked(segment));
    });
}

function isMarked(segment: Segment): boolean {
  return segment.kind !== 'literal' && segment.slashes === 'data';
}

/** An encoded slash or percent sign. */
const ENCODED = /%2[5f]/i;
const EVERY_ENCODED = new RegExp(ENCODED, 'gi');

/** A dot segment between slashes of any spelling. */
const DOT_SEGMENT = /(?:\/|%2f|%5c)(?:\.|%2e){1,2}(?:\/|;|%2f|%5c|%3b|$)/i;

/**
 * The path with a letter in place of each encoded slash and percent sign, to be judged as any other path; `null` if it has
 * dot segments once it is decoded, however often.
 */
export function withoutEncodedSlashes(path: string): string | null {
  if (DOT_SEGMENT.test(path.replace(/%(?:25)+/g, '%'))) return null;
  return path.replace(EVERY_ENCODED, 'x');
}
