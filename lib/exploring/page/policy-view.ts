import type { Exploration, ExploredAnswer } from '../exploration.ts';
import { policyLinks } from '../policy-links.ts';
import { ANSWER_BYTES, COVERAGE, countsOf, STATES } from '../policy-texts.ts';
import { UNDECLARED } from '../route-list.ts';
import { element, fill } from './dom.ts';
import { PolicyDocumentView } from './policy-document-view.ts';
import { RouteTreeView } from './route-tree-view.ts';

type PolicyAnswer = Extract<ExploredAnswer, { readonly kind: 'policy' }>;

/** The policy of one caller as a picture: the tree of routes, and the document, linked both ways. */
export class PolicyView {
  readonly root = element('section', { id: 'policy-view', 'aria-labelledby': 'policy-title' });
  readonly #data: Exploration;
  readonly #select = element('select', { id: 'policy-caller' });
  readonly #content = element('div');

  constructor(data: Exploration) {
    this.#data = data;
    for (const [index, { name }] of data.callers.entries()) {
      this.#select.append(element('option', { value: index }, name));
    }
    this.#select.addEventListener('change', () => this.show(Number(this.#select.value)));
    this.root.append(
      element('h2', { id: 'policy-title' }, 'The policy that a cache repeats'),
      element(
        'div',
        { class: 'controls' },
        element('label', { for: 'policy-caller' }, 'Caller'),
        this.#select,
      ),
      this.#content,
    );
    this.show(0);
  }

  show(caller: number): void {
    this.#select.value = String(caller);
    const { answer } = this.#data.columns[caller] as Exploration['columns'][number];
    switch (answer.kind) {
      case 'policy':
        return this.#showPolicy(answer);
      case 'simple': {
        const word = answer.allows ? 'allow' : 'refuse';
        const text = `The answer has no policy. It is isAuthorized: ${answer.allows}, so a cache would ${word} every request with the same key.`;
        return fill(this.#content, element('p', {}, text));
      }
      case 'none':
        return fill(this.#content, element('p', {}, answer.reason));
    }
  }

  #showPolicy(answer: PolicyAnswer): void {
    const { routes } = this.#data;
    const links = policyLinks(
      answer.document,
      routes.map(({ resource }) => String(resource)),
    );
    const nameOf = (route: number) => routes[route]?.key ?? UNDECLARED;
    const tree = new RouteTreeView(routes, answer.cached, (route) => {
      tree.mark(route === null ? [] : [route]);
      document.mark(route === null ? [] : (links.ofRoute[route] ?? []), route);
    });
    const document = new PolicyDocumentView(links, nameOf, (pattern) => {
      document.mark(pattern === null ? [] : [pattern], null);
      tree.mark(pattern === null ? [] : (links.patterns[pattern]?.routes ?? []));
    });
    const asked = `Answer to ${nameOf(answer.request)}. ${COVERAGE[answer.covers]}`;
    fill(
      this.#content,
      element('p', { class: 'quiet' }, asked),
      element('div', { class: 'figures' }, sizeBar(answer), shareBar(answer.cached)),
      element('div', { class: 'beside' }, tree.root, document.root),
    );
  }
}

function sizeBar({ bytes, documentBytes }: PolicyAnswer): HTMLElement {
  const fmt = (count: number) => count.toLocaleString('en');
  const text = `${fmt(bytes)} of ${fmt(ANSWER_BYTES)} bytes used, ${fmt(documentBytes)} of them by the policy`;
  const part = element('span', { class: 'part policy-bytes' });
  const rest = element('span', { class: 'part other-bytes' });
  part.style.flexGrow = String(documentBytes);
  rest.style.flexGrow = String(bytes - documentBytes);
  const free = element('span', { class: 'part' });
  free.style.flexGrow = String(Math.max(0, ANSWER_BYTES - bytes));
  return element('figure', {}, bar([part, rest, free]), element('figcaption', {}, text));
}

function shareBar(cached: string): HTMLElement {
  const counts = countsOf(cached);
  const parts = counts.map(({ letter, count }) => {
    const part = element('span', { class: `part state-${letter}` });
    part.style.flexGrow = String(count);
    return part;
  });
  const words = counts.map(({ letter, count }) =>
    element(
      'span',
      { class: `word state-${letter}` },
      `${STATES[letter].mark} ${count} ${STATES[letter].text}`,
    ),
  );
  return element('figure', {}, bar(parts), element('figcaption', {}, ...words));
}

function bar(parts: readonly HTMLElement[]): HTMLElement {
  return element('div', { class: 'bar', 'aria-hidden': 'true' }, ...parts);
}
