import type { AdviceAtGateway } from '../exploration.ts';
import type { PageData, PageRequest, Trace, TraceFailure } from '../page-data.ts';
import { CachingView } from './caching-view.ts';
import { element } from './dom.ts';
import { MatrixView } from './matrix-view.ts';
import { PolicyView } from './policy-view.ts';
import { RequestView } from './request-view.ts';

/** A view that is built when it is shown for the first time. */
interface LazyView {
  readonly id: string;
  readonly name: string;
  readonly root: () => HTMLElement;
}

/** Builds the page from the data that it contains. */
export function start(): void {
  const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
  const { exploration } = data;
  const request = once(() => new RequestView(data, askServer));
  const matrix = new MatrixView(exploration, (route, caller) => {
    request().follow(route, caller);
    location.hash = '#request';
  });
  const views: readonly LazyView[] = [
    { id: 'matrix', name: 'Matrix', root: () => matrix.root },
    { id: 'request', name: 'Request', root: () => request().root },
    { id: 'policy', name: 'Policy', root: once(() => new PolicyView(exploration).root) },
    { id: 'caching', name: 'Caching', root: once(() => cachingView(data)) },
  ];
  const links = views.map(({ id, name }) => element('a', { href: `#${id}` }, name));
  const main = element('main');
  document.body.replaceChildren(
    element('header', {}, title(data), element('nav', { 'aria-label': 'Views' }, ...links)),
    main,
  );
  const navigate = () => show(views, links, main);
  addEventListener('hashchange', navigate);
  navigate();
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function cachingView({ exploration, mode }: PageData): HTMLElement {
  const caching = new CachingView(exploration);
  if (mode.kind === 'static') caching.show(mode.advice);
  else void showAdvice(caching);
  return caching.root;
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

/** Shows the view that the address names; the matrix if it names none. */
function show(views: readonly LazyView[], links: readonly HTMLElement[], main: HTMLElement): void {
  const wanted = location.hash.slice(1);
  const current = Math.max(
    0,
    views.findIndex(({ id }) => id === wanted),
  );
  main.replaceChildren((views[current] as LazyView).root());
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
