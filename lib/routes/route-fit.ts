import type { RouteKey } from './route-key.ts';

/** Whether a path fits the path of a key. Ignores the method and all other keys. */
export function fits(key: RouteKey, path: string): boolean {
  if (key.kind !== 'path') return key.kind === 'default';
  const texts = path.slice(1).split('/');
  const { segments } = key;
  for (const [index, segment] of segments.entries()) {
    const text = texts[index];
    if (text === undefined) return false;
    if (segment.kind === 'greedy') return true;
    if (segment.kind === 'literal' ? text !== segment.text : text === '') return false;
  }
  const slash = key.trailingSlash || segments.length === 0;
  return slash
    ? texts.length === segments.length + 1 && texts.at(-1) === ''
    : texts.length === segments.length;
}

/**
 * Whether every path of the gateway's route (`GET /users/{userId}`, `ANY /{proxy+}`, `$default`) fits the key.
 */
export function fitsTemplate(key: RouteKey, template: string): boolean {
  if (key.kind !== 'path') return true;
  const space = template.indexOf(' ');
  const method = template.slice(0, Math.max(space, 0));
  if (method === '' || (key.method !== 'ANY' && key.method !== method)) return false;
  if (template.includes('+}') && key.segments.at(-1)?.kind !== 'greedy') return false;
  return fits(key, template.slice(space + 1));
}
