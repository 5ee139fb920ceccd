import { plainMap, plainObject, refuse, refuseValue } from '../util/option-checks.ts';
import type { PageRequest } from './page-data.ts';

/**
 * Reads the body of a request of the page.
 *
 * @throws {OptionError} names the member that is wrong
 */
export function readPageRequest(body: string): PageRequest {
  const { claims, method, path, headers, sourceIp } = plainObject(parsed(body), 'request', [
    'claims',
    'method',
    'path',
    'headers',
    'sourceIp',
  ]);
  return {
    claims: claims === null ? null : plainMap(claims, 'request.claims'),
    method: text(method, 'request.method'),
    path: text(path, 'request.path'),
    headers: Object.fromEntries(
      Object.entries(plainMap(headers, 'request.headers')).map(([name, value]) => [
        name,
        text(value, `request.headers.${name}`),
      ]),
    ),
    sourceIp: sourceIp === null ? null : text(sourceIp, 'request.sourceIp'),
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return refuse('request', 'is not JSON');
  }
}

function text(value: unknown, path: string): string {
  return typeof value === 'string' ? value : refuseValue(path, 'a string', value);
}
