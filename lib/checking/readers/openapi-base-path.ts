import { basePathOf } from '../../openapi/base-path.ts';
import { Problems } from '../../openapi/problem.ts';
import type { Cursor } from '../documents/cursor.ts';

/**
 * The path before all paths of a document that no gateway exported: that of its servers, as for `routesFromOpenApi`, or
 * `basePath` of Swagger 2. `null` if the servers have none in common.
 */
export function commonBasePath(root: Cursor): string | null {
  const servers = root.get('servers');
  if (servers.undecided !== null) return '';
  if (!servers.isMissing) return basePathOf(servers.value, '/servers', new Problems());
  const path = root.get('basePath').text ?? '';
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
