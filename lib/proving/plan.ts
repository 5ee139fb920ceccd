import { CALLERS, type Caller, type Probe, type Purpose } from './probe.ts';
import { pathOfRoute } from './route-path.ts';
import { spellingsOf } from './spellings.ts';

/** Of which requests a plan is made. */
export interface PlanSettings {
  /** Declared routes with a path, `GET /users/{id}`. */
  readonly routes: readonly string[];
  /** Callers with a token. Requests without a token are always sent. */
  readonly callers: readonly Caller[];
  readonly parameters: Readonly<Record<string, string>>;
  /** Methods that may be sent besides GET and HEAD. OPTIONS adds preflight requests. */
  readonly methods: readonly string[];
  /** Whether the token is in a header. */
  readonly hasHeader: boolean;
  /** When the expiring token has expired, epoch seconds; `null` if there is none. */
  readonly expiry: number | null;
  /** Whether the options allow this request, judged for itself. */
  allows(probe: Probe): Promise<boolean>;
}

/** A path that no API should have. */
export const UNDECLARED_PATH = '/prove-undeclared-path';

/** A declared route as the plan sends it. */
interface Target {
  readonly route: string | null;
  readonly method: string;
  readonly path: string;
}

/**
 * Makes the list of requests, in their order: what matters most comes first, because the number of requests has a limit.
 *
 * Of each caller, requests that the options allow come first. If answers are cached, the first answer of a caller is
 * replayed to the requests that follow, and an allow that is replayed wrongly matters more than a denial.
 */
export async function planProbes(settings: PlanSettings): Promise<readonly Probe[]> {
  const { callers, expiry } = settings;
  const targets = targetsOf(settings);
  const present = CALLERS.filter((caller) => caller === 'none' || callers.includes(caller));
  const steady = present.filter((caller) => caller !== 'expiring');
  const first: Probe[] = [];
  for (const caller of steady) {
    const own = targets.map((target) => probeOf('route', caller, target));
    const allowed = await Promise.all(own.map((probe) => settings.allows(probe)));
    first.push(...own.filter((_, at) => allowed[at]), ...own.filter((_, at) => !allowed[at]));
  }
  const before = expiry === null ? [] : targets.map((target) => probeOf('before expiry', 'expiring', target));
  const again = first.toReversed().map((probe): Probe => ({ ...probe, purpose: 'route again' }));
  const after = before.map(
    (probe): Probe => ({ ...probe, purpose: 'after expiry', notBefore: Number(expiry) }),
  );
  return [
    ...before,
    ...first,
    ...again,
    ...undeclared(settings, steady),
    ...preflights(settings),
    ...lowerCase(settings, targets),
    ...spelled(settings, targets),
    ...after,
  ];
}

function probeOf(purpose: Purpose, caller: Caller, { route, method, path }: Target): Probe {
  return { purpose, caller, method, path, route };
}

/** Requests of the declared routes. Without declared routes, one of the root. */
function targetsOf({ routes, parameters, methods }: PlanSettings): readonly Target[] {
  if (routes.length === 0) return [{ route: null, method: 'GET', path: '/' }];
  const sent = new Set(['GET', 'HEAD', ...methods.filter((method) => method !== 'OPTIONS')]);
  return routes.flatMap((route) => {
    const { method: declared, template } = partsOf(route);
    const method = declared === 'ANY' ? 'GET' : declared;
    return sent.has(method) ? [{ route, method, path: pathOfRoute(template, parameters) }] : [];
  });
}

function partsOf(route: string): { readonly method: string; readonly template: string } {
  const space = route.indexOf(' ');
  return { method: route.slice(0, space), template: route.slice(space + 1) };
}

/** The path that no API has, and of each declared path a safe method that is not declared. */
function undeclared(settings: PlanSettings, callers: readonly Caller[]): readonly Probe[] {
  const path = { route: null, method: 'GET', path: UNDECLARED_PATH };
  const methods = templatesOf(settings.routes).flatMap(([template, declared]) => {
    const method = ['GET', 'HEAD'].find((safe) => !declared.has(safe));
    if (method === undefined || declared.has('ANY')) return [];
    return [{ route: null, method, path: pathOfRoute(template, settings.parameters) }];
  });
  return [
    ...callers.map((caller) => probeOf('undeclared path', caller, path)),
    ...methods.flatMap((target) =>
      callers
        .filter((caller) => caller === 'good' || caller === 'none')
        .map((caller) => probeOf('undeclared method', caller, target)),
    ),
  ];
}

function templatesOf(routes: readonly string[]): readonly (readonly [string, ReadonlySet<string>])[] {
  const templates = new Map<string, Set<string>>();
  for (const route of routes) {
    const { method, template } = partsOf(route);
    const methods = templates.get(template) ?? new Set();
    templates.set(template, methods.add(method));
  }
  return [...templates];
}

function preflights({ routes, parameters, methods }: PlanSettings): readonly Probe[] {
  if (!methods.includes('OPTIONS')) return [];
  return templatesOf(routes).map(([template]) => {
    const path = pathOfRoute(template, parameters);
    return probeOf('preflight', 'none', { route: null, method: 'OPTIONS', path });
  });
}

function lowerCase({ callers, hasHeader }: PlanSettings, targets: readonly Target[]): readonly Probe[] {
  if (!hasHeader || !callers.includes('good')) return [];
  return targets.slice(0, 1).map((target) => probeOf('header in lower case', 'good', target));
}

/**
 * Sends each spelling of a path as a caller that the route allows and as one that it refuses, as far as there are tokens.
 * Routes that share a spelling share its requests.
 */
function spelled({ callers }: PlanSettings, targets: readonly Target[]): readonly Probe[] {
  const weak = callers.includes('thin') ? 'thin' : 'none';
  const senders: readonly Caller[] = callers.includes('good') ? ['good', weak] : [weak];
  const probes = targets.flatMap((target) =>
    spellingsOf(target.path).flatMap(([spelling, path]) =>
      senders.map((caller) => probeOf(spelling, caller, { ...target, path })),
    ),
  );
  const byRequest = new Map(probes.map((probe) => [`${probe.caller} ${probe.method} ${probe.path}`, probe]));
  return [...byRequest.values()];
}
