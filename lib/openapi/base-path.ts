import { memberAt, ownMember } from './pointer.ts';
import type { Problems } from './problem.ts';

/** Servers with more combinations of values are not expanded. */
const MOST_COMBINATIONS = 1000;

/** Scheme and host of an address. */
const ORIGIN = /^(?:[^/?#:]*:)?\/\/[^/?#]*/;

/** The address of a stage, whose first segment is the name of the stage and no part of the paths of routes. */
const STAGE_HOST = /\.execute-api\.[a-z0-9-]+\.amazonaws\.com/i;

/**
 * The base path of a list of servers, which all of them must share: `/v1`, or empty. Variables have the values of their
 * `enum`, or else their default.
 *
 * @param servers - `undefined` for none, which the specification defines as `/`
 * @returns `null` if there is none; the problem is then reported
 */
export function basePathOf(servers: unknown, pointer: string, problems: Problems): string | null {
  if (servers === undefined) return '';
  if (!Array.isArray(servers)) {
    problems.add('structure', pointer, 'must be a list of servers');
    return null;
  }
  const paths = new Set<string>();
  for (const [index, server] of servers.entries()) {
    const found = pathsOfServer(server);
    if (typeof found === 'string') {
      problems.add('base_path', memberAt(pointer, index), found);
      return null;
    }
    for (const path of found) paths.add(path);
  }
  if (paths.size > 1) {
    const all = [...paths].map((path) => `'${path}'`).join(', ');
    problems.add('base_path', pointer, `has several base paths, ${all}: choose one with \`basePath\``);
    return null;
  }
  const [path = ''] = paths;
  return path;
}

/** The base paths of a server, one for each combination of its variables; a text that says what is wrong if it has none. */
function pathsOfServer(server: unknown): readonly string[] | string {
  const url = ownMember(server, 'url');
  if (typeof url !== 'string') return 'has no `url`';
  let expanded: readonly string[] = [''];
  for (const [, literal = '', name] of url.matchAll(/([^{}]*)(?:\{([^{}]*)\})?/g)) {
    const values = name === undefined ? [''] : valuesOf(server, name);
    if (values.length === 0) return `has a variable '${name}' without a default`;
    if (expanded.length * values.length > MOST_COMBINATIONS) {
      return 'has too many combinations of values: choose one with `basePath`';
    }
    expanded = expanded.flatMap((start) => values.map((value) => joined(`${start}${literal}`, value, name)));
  }
  const paths = expanded.map(pathOfUrl);
  const relative = paths.indexOf(null);
  if (relative === -1) return paths as readonly string[];
  return `is relative to the address of the document, '${expanded[relative]}': write an absolute path, or choose one with \`basePath\``;
}

/** The values of a variable; none if it is not declared. */
function valuesOf(server: unknown, name: string): readonly string[] {
  const variable = ownMember(ownMember(server, 'variables'), name);
  const choices = ownMember(variable, 'enum');
  const values = Array.isArray(choices) && choices.length > 0 ? choices : [ownMember(variable, 'default')];
  return values.filter((value) => typeof value === 'string');
}

/** API Gateway writes `{basePath}` with a default of `v1`, and `/{basePath}` with a default of `/v1`. */
function joined(start: string, value: string, name: string | undefined): string {
  if (start.endsWith('/') && value.startsWith('/')) return start + value.slice(1);
  const isBare = name === 'basePath' && !start.endsWith('/') && !value.startsWith('/');
  return isBare ? `${start}/${value}` : start + value;
}

/** `null` for an address whose path depends on where the document is. */
function pathOfUrl(url: string): string | null {
  const rest = url.replace(ORIGIN, '');
  const origin = url.slice(0, url.length - rest.length);
  const path = rest.replace(/[?#].*$/s, '');
  if (path !== '' && !path.startsWith('/')) return null;
  const inStage = STAGE_HOST.test(origin) ? path.replace(/^\/[^/]*/, '') : path;
  return inStage.replace(/\/$/, '');
}

/** Whether the value is a base path that a user may choose: empty, or a path without a final slash. */
export function isBasePath(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || /^\/.*[^/]$/.test(value));
}

/** The servers that count for an operation: its own, those of its path, or those of the document. */
export function serversFor(holders: readonly { readonly value: unknown; readonly pointer: string }[]): {
  readonly servers: unknown;
  readonly pointer: string;
} {
  for (const { value, pointer } of holders) {
    const servers = ownMember(value, 'servers');
    if (servers !== undefined && !(Array.isArray(servers) && servers.length === 0)) {
      return { servers, pointer: memberAt(pointer, 'servers') };
    }
  }
  return { servers: undefined, pointer: '/servers' };
}
