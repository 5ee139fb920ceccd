import type { PolicyLinks, PolicyPattern } from '../policy-links.ts';
import { element, fill } from './dom.ts';

/** Most routes that are named below the document. */
const MOST_NAMED = 8;

/** The document, a button for each resource. */
export class PolicyDocumentView {
  readonly root: HTMLElement;
  readonly #links: PolicyLinks;
  readonly #nameOf: (route: number) => string;
  readonly #buttons: readonly HTMLElement[];
  readonly #status = element('p', { class: 'quiet', role: 'status' });

  /** @param onChoose - called with the index of a pattern; with `null` if the chosen one is chosen again */
  constructor(
    links: PolicyLinks,
    nameOf: (route: number) => string,
    onChoose: (pattern: number | null) => void,
  ) {
    this.#links = links;
    this.#nameOf = nameOf;
    this.#buttons = links.patterns.map((pattern, index) => patternButton(pattern, index));
    this.root = element('div', { class: 'document' }, this.#status, ...this.#statements());
    this.root.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      if (button === null) return;
      const isChosen = button.getAttribute('aria-pressed') === 'true';
      onChoose(isChosen ? null : Number(button.dataset['pattern']));
    });
    this.#say('Choose a route, or a resource of the document, to see what it is linked to.');
  }

  /** @param route - the route that was chosen; `null` if a pattern was */
  mark(patterns: readonly number[], route: number | null): void {
    const marked = new Set(patterns);
    for (const [index, button] of this.#buttons.entries()) {
      button.setAttribute('aria-pressed', String(marked.has(index)));
    }
    this.#say(route === null ? this.#textOfPattern(patterns) : this.#textOfRoute(patterns, route));
    if (route !== null) this.#buttons[patterns[0] ?? -1]?.scrollIntoView({ block: 'nearest' });
  }

  #statements(): readonly HTMLElement[] {
    const groups = Map.groupBy(
      this.#links.patterns.keys(),
      (index) => this.#links.patterns[index]?.statement,
    );
    return [...groups.values()].map((indexes) => {
      const { effect, isNegated } = this.#links.patterns[indexes[0] as number] as PolicyPattern;
      const title = isNegated ? `${effect} everything but` : effect;
      const isGuard = (index: number) => this.#links.patterns[index]?.isGuard === true;
      const guards = indexes.filter(isGuard);
      return element(
        'section',
        { class: `statement ${effect.toLowerCase()}` },
        element('h3', {}, title),
        this.#list(indexes.filter((index) => !isGuard(index))),
        ...(guards.length === 0 ? [] : [this.#guards(guards)]),
      );
    });
  }

  #guards(indexes: readonly number[]): HTMLElement {
    const text = `${indexes.length} guards against paths with two readings`;
    return element('details', {}, element('summary', {}, text), this.#list(indexes));
  }

  #list(indexes: readonly number[]): HTMLElement {
    return element(
      'ul',
      {},
      ...indexes.map((index) => element('li', {}, this.#buttons[index] as HTMLElement)),
    );
  }

  #textOfPattern([pattern]: readonly number[]): string {
    if (pattern === undefined) return 'Nothing is chosen.';
    const { routes } = this.#links.patterns[pattern] as PolicyPattern;
    if (routes.length === 0) return 'Matches the sample request of no route: it guards other paths.';
    const names = routes.slice(0, MOST_NAMED).map(this.#nameOf);
    const more = routes.length - names.length;
    return `Matches ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  }

  #textOfRoute(patterns: readonly number[], route: number): string {
    const name = this.#nameOf(route);
    const first = this.#links.patterns[patterns[0] ?? -1];
    if (first === undefined) return `Nothing matches ${name}: it is denied implicitly.`;
    const why = first.effect === 'Deny' ? 'denied, since a Deny wins' : 'allowed';
    return `${patterns.length} ${patterns.length === 1 ? 'resource matches' : 'resources match'} ${name}: ${why}.`;
  }

  #say(text: string): void {
    fill(this.#status, text);
  }
}

function patternButton({ text, routes }: PolicyPattern, index: number): HTMLElement {
  return element(
    'button',
    { type: 'button', 'aria-pressed': 'false', 'data-pattern': index },
    element('code', {}, text),
    element('span', { class: 'quiet' }, ` ${routes.length}`),
  );
}
