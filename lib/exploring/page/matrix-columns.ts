import type { Exploration, ExploredColumn } from '../exploration.ts';
import { matrixCell } from '../matrix-texts.ts';
import { UNDECLARED } from '../route-list.ts';
import { element } from './dom.ts';

/** Width of a character in a cell, of one in a route, and of what is around them, in pixels. */
const CELL = { character: 7.1, around: 38, least: 100 };
const ROUTE = { character: 7.7, around: 30, most: 560 };

/** The columns of the matrix with their widths: a browser that knows them need not look at all rows for each new one. */
export function columnsOf(data: Exploration): HTMLElement {
  const { routes, columns } = data;
  const longest = Math.max(...routes.map(({ key }) => (key ?? UNDECLARED).length)) + METHOD;
  const route = element('col', { class: 'route-column' });
  route.style.setProperty('--width', `${Math.min(ROUTE.most, longest * ROUTE.character + ROUTE.around)}px`);
  return element('colgroup', {}, route, ...columns.map((column) => columnOf(column, data)));
}

/** Methods are as wide as the longest one. */
const METHOD = 4;

function columnOf(column: ExploredColumn, { routes, verdicts }: Exploration): HTMLElement {
  const lengths = [...routes.keys()].map((route) => matrixCell(column, route, verdicts).text.length);
  const col = element('col');
  const width = Math.max(...lengths) * CELL.character + CELL.around;
  col.style.width = `${Math.max(CELL.least, width)}px`;
  return col;
}
