import type { ExploredRoute } from '../exploration.ts';
import { STATES, type StateLetter } from '../policy-texts.ts';
import { routeList, type TreeNode } from '../route-list.ts';
import { element, spoken } from './dom.ts';

/** The paths of the API as nested lists; each route is a button with what the policy does with it. */
export class RouteTreeView {
  readonly root: HTMLElement;
  readonly #routes: readonly ExploredRoute[];
  readonly #cached: string;
  readonly #buttons = new Map<number, HTMLElement>();

  /** @param onChoose - called with the index of a route; with `null` if the chosen one is chosen again */
  constructor(routes: readonly ExploredRoute[], cached: string, onChoose: (route: number | null) => void) {
    this.#routes = routes;
    this.#cached = cached;
    const nodes = routeList(routes.map(({ key }) => key));
    this.root = element('div', { class: 'tree', role: 'group', 'aria-label': 'Routes' }, this.#list(nodes));
    this.root.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      if (button === null) return;
      const isChosen = button.getAttribute('aria-pressed') === 'true';
      onChoose(isChosen ? null : Number(button.dataset['route']));
    });
  }

  mark(routes: readonly number[]): void {
    const marked = new Set(routes);
    for (const [route, button] of this.#buttons)
      button.setAttribute('aria-pressed', String(marked.has(route)));
  }

  #list(nodes: readonly TreeNode[]): HTMLElement {
    return element('ul', {}, ...nodes.map((node) => this.#node(node)));
  }

  #node({ label, routes, children }: TreeNode): HTMLElement {
    const buttons = routes.map((route) => this.#button(route));
    const below = children.length === 0 ? [] : [this.#list(children)];
    return element('li', {}, element('span', { class: 'path' }, label), ' ', ...buttons, ...below);
  }

  #button(route: number): HTMLElement {
    const letter = this.#cached[route] as StateLetter;
    const { mark, text } = STATES[letter];
    const key = this.#routes[route]?.key ?? '';
    const method = key.includes(' ') ? key.slice(0, key.indexOf(' ')) : 'any';
    const button = element(
      'button',
      { type: 'button', class: `state-${letter}`, 'aria-pressed': 'false', 'data-route': route },
      `${mark} ${method}`,
      spoken(` ${key}, ${text}`),
    );
    this.#buttons.set(route, button);
    return button;
  }
}
