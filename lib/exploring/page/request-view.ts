import type { PageData, PageRequest, Trace } from '../page-data.ts';
import { UNDECLARED } from '../route-list.ts';
import { element, fill } from './dom.ts';
import { RequestForm } from './request-form.ts';
import { traceView } from './trace-view.ts';

/** Asks the server of the page for a trace. */
export type Ask = (request: PageRequest) => Promise<Trace>;

/** One request through the chain. A static page has prepared requests in place of the server. */
export class RequestView {
  readonly root = element('section', { id: 'request-view', 'aria-labelledby': 'request-title' });
  readonly #data: PageData;
  readonly #ask: Ask;
  readonly #form: RequestForm;
  readonly #result = element('div', { class: 'trace', 'aria-live': 'polite' });
  /** Counts the requests: a late answer to an earlier one is dropped. */
  #asked = 0;

  constructor(data: PageData, ask: Ask) {
    this.#data = data;
    this.#ask = ask;
    const { exploration, mode } = data;
    this.#form = new RequestForm(exploration, mode.kind === 'static', () => void this.#run());
    this.#form.root.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#run();
    });
    this.root.append(
      element('h2', { id: 'request-title' }, 'One request through the chain'),
      ...(mode.kind === 'static' ? [staticNotice(mode.made)] : []),
      element('div', { class: 'beside' }, this.#form.root, this.#result),
    );
    this.follow(0, 0);
  }

  /** Fills in the request of a route and a caller, and runs it. */
  follow(route: number, caller: number): void {
    this.#form.pick(route, caller);
    void this.#run();
  }

  async #run(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const trace = await this.#trace();
      if (asked === this.#asked) fill(this.#result, ...traceView(trace));
    } catch (error) {
      if (asked === this.#asked)
        fill(this.#result, element('p', { class: 'problem' }, (error as Error).message));
    }
  }

  async #trace(): Promise<Trace> {
    const { mode, exploration } = this.#data;
    if (mode.kind === 'served') return this.#ask(this.#form.request());
    const { route, caller } = this.#form.picked();
    const prepared = mode.requests.find((one) => one.route === route && one.caller === caller);
    if (prepared !== undefined) return prepared.trace;
    const key = exploration.routes[route]?.key ?? UNDECLARED;
    throw new Error(
      `This file holds no trace of ${key} for this caller: serve the page to follow any request.`,
    );
  }
}

function staticNotice(made: string): HTMLElement {
  const text = `This file was made on ${made}. It holds prepared requests; serve the page to try your own.`;
  return element('p', { class: 'notice' }, text);
}
