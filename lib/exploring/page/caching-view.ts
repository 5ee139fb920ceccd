import type { CacheAdvice } from '../../authorizer/cache-advice.ts';
import type { AdviceAtGateway, Exploration } from '../exploration.ts';
import { element, fill } from './dom.ts';

/** How to configure the cache of each gateway. */
export class CachingView {
  readonly root = element('section', { id: 'caching-view', 'aria-labelledby': 'caching-title' });
  readonly #gateway: Exploration['gateway'];
  readonly #content = element('div', { 'aria-live': 'polite' });

  constructor({ gateway }: Exploration) {
    this.#gateway = gateway;
    this.root.append(
      element('h2', { id: 'caching-title' }, 'What the cache key must contain'),
      this.#content,
    );
    fill(this.#content, element('p', { class: 'quiet' }, 'Analysing the routes …'));
  }

  show(advice: readonly AdviceAtGateway[]): void {
    const head = ['Gateway', 'Cache', 'Identity sources', 'Mind'].map((text) =>
      element('th', { scope: 'col' }, text),
    );
    const rows = advice.map((one) => this.#row(one));
    const table = element(
      'table',
      { class: 'caching' },
      element('caption', {}, 'Configure the authorizer at the gateway like this.'),
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...rows),
    );
    fill(this.#content, element('div', { class: 'scroll' }, table));
  }

  fail(text: string): void {
    fill(this.#content, element('p', {}, text));
  }

  #row({ gateway, advice }: AdviceAtGateway): HTMLElement {
    const isCurrent = gateway === this.#gateway;
    const name = element(
      'th',
      { scope: 'row' },
      element('code', {}, gateway),
      isCurrent ? ' (this page)' : '',
    );
    return element('tr', { class: isCurrent ? 'current' : null }, name, ...cellsOf(advice));
  }
}

function cellsOf(advice: CacheAdvice): readonly HTMLElement[] {
  if (!advice.cache) {
    return [
      element('td', {}, element('span', { class: 'word deny-403' }, 'TTL 0')),
      element('td', {}, element('span', { class: 'quiet' }, 'none')),
      element('td', {}, advice.reason, ...notesOf(advice)),
    ];
  }
  const { identitySources, behindCatchAll, maxTtl, loss } = advice;
  const ttl = maxTtl === undefined ? 'any TTL' : `TTL up to ${maxTtl} s`;
  const sources =
    identitySources.length === 0
      ? [element('p', { class: 'quiet' }, 'the token; not configurable')]
      : [codes(identitySources)];
  const other =
    behindCatchAll === undefined
      ? []
      : [element('p', { class: 'quiet' }, 'behind a catch-all or ANY:'), codes(behindCatchAll)];
  return [
    element('td', {}, element('span', { class: 'word allow' }, ttl)),
    element('td', {}, ...sources, ...other),
    element('td', {}, ...(loss === undefined ? [] : [element('p', {}, loss)]), ...notesOf(advice)),
  ];
}

function notesOf({ reserved = [], implicit = [] }: CacheAdvice): readonly HTMLElement[] {
  const values = reserved.map(({ route, values: of }) =>
    of.length === 0 ? route : `${route}: ${of.join(', ')}`,
  );
  return [
    ...list(values, 'refuse some values of parameters (reserved_value)'),
    ...list(implicit, 'are denied implicitly to some callers: a resource policy could allow them'),
  ];
}

function list(items: readonly string[], text: string): readonly HTMLElement[] {
  if (items.length === 0) return [];
  const title = `${items.length} ${items.length === 1 ? 'route' : 'routes'} ${text}`;
  const lines = items.map((item) => element('li', {}, element('code', {}, item)));
  return [element('details', {}, element('summary', {}, title), element('ul', {}, ...lines))];
}

function codes(sources: readonly string[]): HTMLElement {
  return element(
    'ul',
    { class: 'codes' },
    ...sources.map((source) => element('li', {}, element('code', {}, source))),
  );
}
