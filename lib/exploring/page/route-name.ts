import { UNDECLARED } from '../route-list.ts';
import { element } from './dom.ts';

/** A route key with its method apart from its path. */
export function routeName(key: string | null): HTMLElement {
  const text = key ?? UNDECLARED;
  const space = key === null ? -1 : text.indexOf(' ');
  const method = text.slice(0, Math.max(0, space));
  return element(
    'span',
    { class: key === null ? 'route quiet' : 'route' },
    ...(method === '' ? [] : [element('span', { class: 'method' }, method), ' ']),
    element('span', { class: 'path' }, text.slice(space + 1)),
  );
}
