import type { Exploration, ExploredColumn, ExploredRoute } from '../exploration.ts';
import { cachedText, type MatrixCell, matrixCell, reasonOf } from '../matrix-texts.ts';
import { UNDECLARED } from '../route-list.ts';
import { element, fill, spoken } from './dom.ts';
import { columnsOf } from './matrix-columns.ts';
import { type MatrixFilter, matrixControls } from './matrix-controls.ts';
import { cellOf, neighbourOf } from './matrix-keys.ts';
import { routeName } from './route-name.ts';

/** Rows that are made before the first paint; the others follow in frames of their own. */
const FIRST_ROWS = 60;
const ROWS_A_FRAME = 150;

/**
 * The matrix of routes by callers. One cell is in the tab order; arrow keys, Home and End move between cells.
 */
export class MatrixView {
  readonly root = element('section', { id: 'matrix-view', 'aria-labelledby': 'matrix-title' });
  readonly #data: Exploration;
  readonly #onChoose: (route: number, caller: number) => void;
  readonly #body = element('tbody');
  readonly #scroller = element('div', { class: 'scroll' });
  readonly #detail = element('div', { class: 'detail', 'aria-live': 'polite' });
  readonly #count = element('output', { class: 'quiet' });
  readonly #rows: HTMLTableRowElement[] = [];
  #filter: MatrixFilter = { search: '', onlyDifferent: false };
  #inTabOrder: HTMLTableCellElement | null = null;

  /** @param onChoose - called when a cell is chosen by click or Enter, with the indexes of its route and caller */
  constructor(data: Exploration, onChoose: (route: number, caller: number) => void) {
    this.#data = data;
    this.#onChoose = onChoose;
    const controls = matrixControls(this.#count, (filter) => {
      this.#filter = filter;
      this.#showRows();
    });
    this.root.append(
      element('h2', { id: 'matrix-title' }, 'Who may do what'),
      controls,
      this.#scroller,
      this.#detail,
    );
    this.#scroller.append(this.#table());
    fill(this.#detail, element('p', { class: 'quiet' }, HINT));
    this.#makeRows(0);
  }

  #table(): HTMLElement {
    const { callers, callersLeftOut } = this.#data;
    const heads = callers.map(({ name, summary }) =>
      element('th', { scope: 'col', title: summary }, element('span', { class: 'name' }, name)),
    );
    const more =
      callersLeftOut === 0 ? '' : ` ${callersLeftOut} more callers of single routes are not shown.`;
    const table = element(
      'table',
      { class: 'matrix' },
      element('caption', {}, `Routes by callers: allow, or the code of the refusal.${more}`),
      columnsOf(this.#data),
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Route'), ...heads)),
      this.#body,
    );
    table.addEventListener('keydown', (event) => this.#onKey(event));
    table.addEventListener('focusin', ({ target }) => this.#onPoint(cellOf(target), true));
    table.addEventListener('mouseover', ({ target }) => this.#onPoint(cellOf(target), false));
    table.addEventListener('click', ({ target }) => this.#choose(cellOf(target)));
    return table;
  }

  #makeRows(from: number): void {
    const { routes } = this.#data;
    const until = Math.min(routes.length, from + (from === 0 ? FIRST_ROWS : ROWS_A_FRAME));
    const made = document.createDocumentFragment();
    for (let route = from; route < until; route += 1) made.append(this.#row(route));
    this.#body.append(made);
    if (from === 0) this.#putInTabOrder(this.#rows[0]?.cells[1] as HTMLTableCellElement);
    if (until < routes.length) requestAnimationFrame(() => this.#makeRows(until));
    this.#showCount();
  }

  #row(route: number): HTMLTableRowElement {
    const { key } = this.#data.routes[route] as ExploredRoute;
    const cells = this.#data.columns.map((_, caller) => this.#cell(route, caller));
    const row = element(
      'tr',
      { 'data-route': route },
      element('th', { scope: 'row' }, routeName(key)),
      ...cells,
    );
    row.hidden = !this.#fits(route);
    this.#rows.push(row);
    return row;
  }

  #cell(route: number, caller: number): HTMLElement {
    const { text, kind, cached } = this.#at(route, caller);
    const cell = element('td', { class: kind, tabindex: -1, 'data-caller': caller }, text);
    if (cached !== null) {
      cell.append(
        element('span', { class: 'differs', 'aria-hidden': 'true' }, ' ≠'),
        spoken(`, a cached answer ${cached} it`),
      );
    }
    return cell;
  }

  #at(route: number, caller: number): MatrixCell {
    return matrixCell(this.#data.columns[caller] as ExploredColumn, route, this.#data.verdicts);
  }

  #showRows(): void {
    for (const [route, row] of this.#rows.entries()) row.hidden = !this.#fits(route);
    this.#showCount();
  }

  #showCount(): void {
    const { routes } = this.#data;
    const shown = this.#rows.filter(({ hidden }) => !hidden).length;
    fill(this.#count, `${shown} of ${routes.length} ${routes.length === 1 ? 'row' : 'rows'}`);
  }

  #fits(route: number): boolean {
    const { search, onlyDifferent } = this.#filter;
    const { key, rules } = this.#data.routes[route] as ExploredRoute;
    const text = `${key ?? UNDECLARED} ${rules.map(({ name }) => name).join(' ')}`.toLowerCase();
    if (!text.includes(search)) return false;
    return !onlyDifferent || this.#data.columns.some((_, caller) => this.#at(route, caller).cached !== null);
  }

  #onKey(event: KeyboardEvent): void {
    const cell = cellOf(event.target);
    if (cell === null) return;
    if (event.key === 'Enter') return this.#choose(cell);
    const next = neighbourOf(cell, event.key);
    if (next === null) return;
    event.preventDefault();
    this.#keepClearOfHeads();
    next.focus();
  }

  /** Scrolling to a cell stops before the headings, which stay in place above the others. */
  #keepClearOfHeads(): void {
    const corner = this.#scroller.querySelector('th') as HTMLElement;
    this.#scroller.style.scrollPadding = `${corner.offsetHeight}px 0 0 ${corner.offsetWidth}px`;
  }

  #onPoint(cell: HTMLTableCellElement | null, hasFocus: boolean): void {
    if (cell === null) return;
    if (hasFocus) this.#putInTabOrder(cell);
    const { route, caller } = placeOf(cell);
    const { columns, routes, callers, verdicts } = this.#data;
    const column = columns[caller] as ExploredColumn;
    const shown = this.#at(route, caller);
    const verdict = verdicts[column.fresh[route] as number] as Exploration['verdicts'][number];
    const nameOf = (index: number) => routes[index]?.key ?? UNDECLARED;
    fill(
      this.#detail,
      element(
        'p',
        { class: 'about' },
        routeName(routes[route]?.key ?? null),
        ` for ${callers[caller]?.name}`,
      ),
      element(
        'p',
        {},
        element('strong', { class: `word ${shown.kind}` }, shown.text),
        ` ${reasonOf(verdict)}`,
      ),
      element('p', { class: 'quiet' }, cachedText(shown, column.answer, nameOf)),
    );
  }

  #putInTabOrder(cell: HTMLTableCellElement): void {
    this.#inTabOrder?.setAttribute('tabindex', '-1');
    cell.setAttribute('tabindex', '0');
    this.#inTabOrder = cell;
  }

  #choose(cell: HTMLTableCellElement | null): void {
    if (cell === null) return;
    const { route, caller } = placeOf(cell);
    this.#onChoose(route, caller);
  }
}

const HINT =
  'Point at a cell, or move with the arrow keys, to see the rule that decides. Enter follows the request through the chain.';

function placeOf(cell: HTMLTableCellElement): { readonly route: number; readonly caller: number } {
  const row = cell.parentElement as HTMLTableRowElement;
  return { route: Number(row.dataset['route']), caller: Number(cell.dataset['caller']) };
}
