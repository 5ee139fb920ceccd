import { element } from './dom.ts';

/** What the rows of the matrix are filtered by. */
export interface MatrixFilter {
  /** In lower case; empty = all. */
  readonly search: string;
  readonly onlyDifferent: boolean;
}

/** The filters of the matrix, and the legend. */
export function matrixControls(count: HTMLElement, onChange: (filter: MatrixFilter) => void): HTMLElement {
  const search = element('input', {
    type: 'search',
    id: 'matrix-search',
    placeholder: 'path, method or rule',
  });
  const different = element('input', { type: 'checkbox' });
  const changed = () => {
    onChange({ search: search.value.trim().toLowerCase(), onlyDifferent: different.checked });
  };
  search.addEventListener('input', changed);
  different.addEventListener('change', changed);
  return element(
    'div',
    { class: 'controls' },
    element('label', { for: 'matrix-search' }, 'Find'),
    search,
    element('label', { class: 'check' }, different, ' Only where a cached answer differs'),
    count,
    legend(),
  );
}

function legend(): HTMLElement {
  const words = [
    ['allow', 'allow'],
    ['deny-403', '403, may not do this'],
    ['deny-401', '401, token not trusted'],
  ] as const;
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Legend' },
    ...words.map(([kind, text]) => element('li', {}, element('span', { class: `word ${kind}` }, text))),
    element('li', {}, element('span', { class: 'differs' }, '≠'), ' a cached answer differs'),
  );
}
