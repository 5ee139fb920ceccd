import type { AdviceAtGateway } from '../exploration.ts';
import type { PageData, PageRequest, Trace, TraceFailure } from '../page-data.ts';
import { CachingView } from './caching-view.ts';
import { element } from './dom.ts';
import { MatrixView } from './matrix-view.ts';
import { PolicyView } from './policy-view.ts';
import { RequestView } from './request-view.ts';

const VIEWS = [
  ['matrix', 'Matrix'],
  ['request', 'Request'],
  ['policy', 'Policy'],
  ['caching', 'Caching'],
] as const;

/** Builds the page from the data that it contains. */
export function start(): void {
  const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
  const { exploration, mode } = data;
  const request = new RequestView(data, askServer);
  const matrix = new MatrixView(exploration, (route, caller) => {
    request.follow(route, caller);
    location.hash = '#request';
  });
  const caching = new CachingView(exploration);
  if (mode.kind === 'static') caching.show(mode.advice);
  else void showAdvice(caching);
  const views = [matrix, request, new PolicyView(exploration), caching].map(({ root }) => root);
  const links = VIEWS.map(([id, text]) => element('a', { href: `#${id}` }, text));
  const main = element('main', { id: 'main' }, ...views);
  document.body.replaceChildren(
    element('header', {}, title(data), element('nav', { 'aria-label': 'Views' }, ...links)),
    main,
  );
  const navigate = () => show(location.hash.slice(1), views, links);
  addEventListener('hashchange', navigate);
  navigate();
}

function title({ exploration, mode }: PageData): HTMLElement {
  const { source, gateway, api, routes, callers } = exploration;
  const facts = [
    gateway,
    ...(api === null ? [] : [`API ${api}`]),
    `${routes.length} ${routes.length === 1 ? 'row' : 'rows'}`,
    `${callers.length} callers`,
    ...(mode.kind === 'static' ? [`static copy of ${mode.made}`] : []),
  ];
  return element(
    'div',
    { class: 'title' },
    element('h1', {}, element('code', {}, source)),
    element('p', { class: 'quiet' }, facts.join(' · ')),
  );
}

/** Shows one view; the matrix if the address names none. */
function show(wanted: string, views: readonly HTMLElement[], links: readonly HTMLElement[]): void {
  const found = views.findIndex(({ id }) => id === `${wanted}-view`);
  const current = Math.max(0, found);
  for (const [index, view] of views.entries()) view.hidden = index !== current;
  for (const [index, link] of links.entries()) {
    if (index === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

async function askServer(request: PageRequest): Promise<Trace> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('/trace', { method: 'POST', headers, body: JSON.stringify(request) });
  const answer = (await response.json()) as Trace | TraceFailure;
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}

async function showAdvice(caching: CachingView): Promise<void> {
  try {
    const response = await fetch('/advice');
    caching.show((await response.json()) as readonly AdviceAtGateway[]);
  } catch {
    caching.fail('The server of this page does not answer any more: start it again and reload.');
  }
}
