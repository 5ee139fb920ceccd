import fc from 'fast-check';
import { cacheAdvice } from '../../lib/authorizer/cache-advice.ts';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import { gatewayOfKind } from '../../lib/gateways/index.ts';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import type { PolicyDocument } from '../../lib/iam/policy-document.ts';
import { ownResourcePolicy } from '../../lib/iam/request-policy.ts';
import { createPolicyCompiler, type PolicyCompiler } from '../../lib/policy-compiler/compiler.ts';
import type { RouteKey } from '../../lib/routes/route-key.ts';
import { createRouteTable } from '../../lib/routes/route-table.ts';
import { runs } from '../support/property-runs.ts';
import { arnOf, expected, PREFIX } from './support/expected.ts';
import { routeOf } from './support/routing-model.ts';
import { type Case, cases, parse, randomFrom, type Shape, somePath } from './support/tables.ts';

const SHAPE: Shape = {
  maxRoutes: 6,
  maxDepth: 3,
  literals: ['a', 'b', 'c'],
  methods: ['GET', 'GET', 'POST', 'ANY'],
};
const GATEWAYS: readonly GatewayKind[] = ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'];

interface Caller {
  readonly token: string;
  /** By index of the route. */
  readonly granted: readonly boolean[];
}

/** A request as it reaches the gateway, with the route that the gateway takes for it. */
interface Sent {
  readonly caller: Caller;
  readonly verb: string;
  readonly path: string;
  readonly ip: string;
  readonly route: number | null;
}

type Answer = PolicyDocument | boolean;

/** One API: its routes, of which some let in one address only, and how its authorizer answers. */
interface Api {
  readonly routes: readonly RouteKey[];
  readonly compiler: PolicyCompiler;
  readonly guarded: readonly boolean[];
  readonly undeclared: boolean;
  readonly simple: boolean;
}

const OFFICE = '192.0.2.1';

function grantsOf({ guarded, undeclared }: Api, { caller, ip }: Sent) {
  const routes = caller.granted.map((granted, index) => granted && (!guarded[index] || ip === OFFICE));
  return { routes, undeclared };
}

/** Whether a parameter spells a literal, so that the document may refuse the request. */
function isReserved(api: Api, sent: Sent): boolean {
  const arn = arnOf(`${sent.verb}${sent.path}`);
  const only = { routes: api.routes.map((_, index) => index === sent.route), undeclared: false };
  return [grantsOf(api, sent), only].some((granted) => {
    const compiled = api.compiler.compile(granted, arn, { routing: 'http', asked: [] });
    return compiled.kind !== 'none' && api.compiler.verdictOn(compiled, granted, arn, 'http') === 'reserved';
  });
}

/** Whether the rules of several routes apply, so that the document for one of them cannot allow the path. */
function isShared({ routes }: Api, { verb, path }: Sent): boolean {
  const resolved = createRouteTable(routes).resolve(verb, path, 'http');
  return resolved.routes.length > 1 || resolved.undeclared;
}

/** The document for one route alone. */
function onlyRoute({ compiler, routes }: Api, route: number, arn: ReturnType<typeof arnOf>) {
  const granted = { routes: routes.map((_, index) => index === route), undeclared: false };
  const compiled = compiler.compile(granted, arn, { routing: 'http', asked: [route] });
  return compiled.kind === 'exact' ? compiled.document : null;
}

/** What the authorizer answers to one request. */
function authorize(api: Api, sent: Sent): Answer {
  const grants = grantsOf(api, sent);
  const arn = arnOf(`${sent.verb}${sent.path}`);
  const allowed = expected(api.routes, grants, sent.verb, sent.path) !== 'deny';
  if (api.simple) return allowed;
  const request = { routing: 'http' as const, asked: [] };
  const compiled = api.compiler.compile(grants, arn, request);
  if (compiled.kind === 'exact') return compiled.document;
  const single = allowed && sent.route !== null ? onlyRoute(api, sent.route, arn) : null;
  return single ?? ownResourcePolicy(allowed ? 'Allow' : 'Deny', arn);
}

function isAllowed(answer: Answer, { verb, path }: Sent): boolean {
  if (typeof answer === 'boolean') return answer;
  return evaluatePolicy(answer, { resource: `${PREFIX}${verb}${path}` }) === 'allow';
}

/** The value of an identity source, as API Gateway takes it from the request. */
function partOf(source: string, { caller, ip, verb, route }: Sent): string {
  if (source.endsWith('Authorization')) return caller.token;
  if (source.endsWith('sourceIp')) return ip;
  if (source.endsWith('httpMethod')) return verb;
  if (source.endsWith('routeKey') || source.endsWith('resourcePath')) return String(route);
  throw new Error(`no such source: ${source}`);
}

/** A path that would be another route's with its final slash changed: HTTP APIs tell them apart, and so does a key. */
function isSlashTwin({ routes }: Api, { route, verb, path }: Sent): boolean {
  const all = { routes: routes.map((_, index) => index === route), undeclared: route === null };
  return expected(routes, all, verb, path) === 'deny';
}

function requests(
  one: Case,
  routes: readonly RouteKey[],
  callers: readonly Caller[],
  ips: readonly string[],
): Sent[] {
  const random = randomFrom(one.seed);
  return Array.from({ length: 40 }, () => {
    const { verb, path } = somePath(routes, SHAPE.literals, random);
    const caller = callers[random(callers.length)] as Caller;
    const ip = ips[random(ips.length)] as string;
    return { caller, verb, path, ip, route: routeOf(routes, verb, path) };
  });
}

/** Sends the requests through a cache that is configured as advised; compares each answer with the uncached one. */
function replay(one: Case, gateway: GatewayKind, simple: boolean, withIp: boolean): void {
  const routes = parse(one.keys);
  const compiler = createPolicyCompiler({ routes, undeclaredRequirement: 'x' });
  const guarded = routes.map((_, index) => withIp && index % 2 === 0);
  const api: Api = { routes, compiler, guarded, undeclared: one.undeclared, simple };
  const { exact } = compiler.analysis;
  const advice = cacheAdvice(
    {
      policyScope: exact ? 'stage' : 'route',
      simpleScope: 'route',
      handlerDecides: false,
      loss: null,
      inputs: withIp ? ['source-ip'] : [],
      ipInPolicy: false,
      admitsAnonymous: false,
      tokenSource: {},
      httpApiResponse: simple ? 'simple' : 'iam',
    },
    gatewayOfKind(gateway),
  );
  if (!advice.cache) return;
  const flipped = one.granted.map((granted) => !granted);
  const callers = [one.granted, flipped].map((granted, index) => ({ token: `token-${index}`, granted }));
  const cache = new Map<string, Answer>();
  for (const sent of requests(one, routes, callers, [OFFICE, '198.51.100.9'])) {
    if (simple && isSlashTwin(api, sent)) continue;
    const key = advice.identitySources.map((source) => partOf(source, sent)).join('\n');
    const cached = cache.get(key) ?? authorize(api, sent);
    cache.set(key, cached);
    const want = expected(routes, grantsOf(api, sent), sent.verb, sent.path);
    const got = isAllowed(cached, sent);
    // Undeclared paths may be lost; where only the route's own policy is exact, greedy routes are too.
    const mayBeLost = want === 'either' || (!exact && sent.route !== null && isGreedy(routes[sent.route]));
    if (
      got !== (want !== 'deny') &&
      !((mayBeLost || isReserved(api, sent) || (!exact && isShared(api, sent))) && !got)
    ) {
      throw new Error(
        `${gateway}: ${sent.verb} ${sent.path} is ${got ? 'allowed' : 'refused'} from the cache`,
      );
    }
  }
}

function isGreedy(route: RouteKey | undefined): boolean {
  return route?.kind !== 'path' || route.segments.at(-1)?.kind === 'greedy';
}

describe('answers from a cache with the advised identity sources', function () {
  this.timeout(0);

  function check(gateway: GatewayKind, simple: boolean, withIp: boolean): void {
    fc.assert(
      fc.property(cases(SHAPE), (one) => replay(one, gateway, simple, withIp)),
      { numRuns: runs(500) },
    );
  }

  for (const gateway of GATEWAYS) {
    it(`are those that the authorizer would give: ${gateway}`, () => {
      check(gateway, false, false);
    });

    it(`are those that the authorizer would give: ${gateway}, with rules on the address`, () => {
      check(gateway, false, true);
    });
  }

  it('are those that the authorizer would give: simple responses of http-api-2.0', () => {
    check('http-api-2.0', true, false);
    check('http-api-2.0', true, true);
  });
});
