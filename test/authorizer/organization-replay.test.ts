import { expect } from 'chai';
import fc from 'fast-check';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import type { PolicyDocument } from '../../lib/iam/policy-document.ts';
import { type AuthorizerOptions, auth0Authorizer, type Decision, type RouteRules } from '../../lib/index.ts';
import { createTestIssuer, eventFor, invokeAsLambda } from '../../lib/testing.ts';
import {
  type Case,
  cases,
  parse,
  randomFrom,
  type Shape,
  somePath,
} from '../policy-compiler/support/tables.ts';
import { Counts } from '../support/counts.ts';
import { middy } from '../support/middy.ts';
import { type PolicyReader, policyReader } from '../support/policy-reader.ts';
import { runs } from '../support/property-runs.ts';
import { isRestKey } from '../support/routing-cases.ts';
import { ROUTING_MODELS, type RoutingModel, requiredKeys } from '../support/routing-models.ts';

const SHAPE: Shape = {
  maxRoutes: 6,
  maxDepth: 3,
  literals: ['a', 'b', 'org', 'orgs'],
  methods: ['GET', 'GET', 'POST', 'ANY'],
};
const OTHER = { org_id: 'org_other', org_name: 'other' };
/** Ordinary organizations, and such whose texts are literals, begin like them, are long, verbs, patterns or not plain. */
const ORGANIZATIONS: readonly Readonly<Record<string, string>>[] = [
  { org_id: 'org_fYa2nP9Xp9t6dXqW', org_name: 'zeta' },
  { org_id: 'org_fYa2nP9Xp9t6dXqW', org_name: 'Zeta-2' },
  { org_id: 'org_fYa2nP9Xp9t6dXqW' },
  { org_name: 'zeta' },
  { org_id: 'orgs', org_name: 'a' },
  { org_id: 'org', org_name: 'b-c' },
  { org_id: 'org_*', org_name: 'z?' },
  { org_id: '*', org_name: '..' },
  { org_id: `org_${'l'.repeat(400)}`, org_name: 'n'.repeat(60) },
  { org_id: 'GET', org_name: 'post' },
  { org_id: 'org_same', org_name: 'org_same' },
  { org_id: 'org_a/b', org_name: 'zürich' },
  { org_id: '$' + '{*}', org_name: 'org_other' },
  {},
];

interface Setup {
  readonly table: Case;
  readonly model: RoutingModel;
  readonly undeclared: 'deny' | 'absent' | 'rules';
  readonly arnPath: 'as sent' | 'decoded';
  readonly organization: (typeof ORGANIZATIONS)[number];
  /** By index of the key: which of its parameters must name the organization, and how. */
  readonly wishes: readonly { readonly parameter: number; readonly by: 'id' | 'name' }[];
}

const setups = (api: RoutingModel['api']): fc.Arbitrary<Setup> =>
  fc
    .record({
      table: cases(SHAPE),
      model: fc.constantFrom(...ROUTING_MODELS.filter((model) => model.api === api)),
      undeclared: fc.constantFrom('deny', 'absent', 'rules'),
      arnPath: fc.constantFrom('as sent', 'decoded'),
      organization: fc.constantFrom(...ORGANIZATIONS),
      wishes: fc.array(
        fc.record({ parameter: fc.constantFrom(-1, 0, 0, 1), by: fc.constantFrom('id', 'id', 'name') }),
        { minLength: SHAPE.maxRoutes, maxLength: SHAPE.maxRoutes },
      ),
    })
    .filter((setup) => rowsOf(setup).some(({ bound }) => bound !== null));

/** What the model knows of a route. */
interface Row {
  readonly key: string;
  readonly scope: string;
  readonly isGranted: boolean;
  /** The parameter that must name the organization; `null` if none must. */
  readonly bound: { readonly name: string; readonly segment: number; readonly by: 'id' | 'name' } | null;
}

function rowsOf({ table, model, wishes }: Setup): readonly Row[] {
  return table.keys.flatMap((key, index): Row[] => {
    if (model.api === 'REST' && !isRestKey(key)) return [];
    const { parameter, by } = wishes[index] as Setup['wishes'][number];
    const texts = key.split('/').slice(1);
    const parameters = texts.flatMap((text, segment) =>
      /^\{\w+\}$/.test(text) ? [{ name: text.slice(1, -1), segment, by }] : [],
    );
    const isGranted = table.granted[index] === true;
    return [{ key, scope: `s${index}`, isGranted, bound: parameters[parameter] ?? null }];
  });
}

function rulesOf({ scope, bound }: Row): RouteRules {
  const organization = bound && { matches: `path:${bound.name}` as const, by: bound.by };
  return { scopes: [scope], ...(organization && { organization }) };
}

/** Whether the rules of a route pass, by the model. */
function mayUse({ isGranted, bound }: Row, organization: Setup['organization'], path: string): boolean {
  if (!isGranted || bound === null) return isGranted;
  const text = bound.by === 'id' ? organization['org_id'] : organization['org_name']?.toLowerCase();
  const isPlain = text !== undefined && /^[A-Za-z0-9._~-]+$/.test(text) && text !== '..';
  return isPlain && path.split('/')[bound.segment + 1] === text;
}

const issuer = createTestIssuer();

interface Sent {
  readonly verb: string;
  readonly path: string;
  readonly route: string;
}

interface Judged {
  readonly decision: Decision;
  /** Whether the policy covers all that it should. */
  readonly isWhole: boolean;
  readonly allows: PolicyReader;
  readonly prefix: string;
}

class Tally extends Counts {
  requests = 0;
  allowed = 0;
  own = 0;
  /** Refused although the model grants it, because no policy can name it. */
  unnamed = 0;
  replays = 0;
  replaysAllowed = 0;
  wronglyDenied = 0;
}

/** Two callers of one API: each answer is replayed for all requests of its caller. */
async function replay(setup: Setup, kind: GatewayKind, tally: Tally): Promise<void> {
  const rows = rowsOf(setup);
  const { table, model, undeclared, arnPath } = setup;
  let made: Pick<Judged, 'decision' | 'isWhole'> | null = null;
  const options: AuthorizerOptions = {
    ...issuer.options,
    logger: false,
    rules: { scopes: ['rest'] },
    routes: Object.fromEntries(rows.map((row) => [row.key, rulesOf(row)])),
    undeclared,
    onDecision: (decision, { policy }) => {
      made = { decision, isWhole: policy === undefined };
    },
  };
  const handler = middy().use(auth0Authorizer(options)) as unknown as Parameters<typeof invokeAsLambda>[0];
  const keys = rows.map(({ key }) => key);
  const scopes = rows.filter(({ isGranted }) => isGranted).map(({ scope }) => scope);
  const scope = [...scopes, ...(table.undeclared ? ['rest'] : [])].join(' ');
  const judge = async ({ verb, path, route }: Sent, token: string): Promise<Judged> => {
    const [, template = path] = route.split(' ');
    const where = model.api === 'HTTP' ? { routeKey: route, arnPath } : { resource: template };
    const event = eventFor(kind, { token, method: verb, path, ...where }) as Record<string, string>;
    const invocation = await invokeAsLambda(handler, event);
    if (invocation.kind === 'error') throw invocation.error;
    const { policyDocument } = invocation.response as { policyDocument: PolicyDocument };
    const [prefix = ''] = /^[^/]*\/[^/]*\//.exec(event['methodArn'] ?? event['routeArn'] ?? '') ?? [];
    const { decision, isWhole } = made as unknown as Judged;
    // The Deny of a path with wildcard characters has `?` in their place: it matches other paths of that length.
    const isPlain = !/[*?$]/.test(path);
    return { decision, isWhole: isWhole && isPlain, allows: policyReader(policyDocument), prefix };
  };
  for (const organization of [setup.organization, OTHER]) {
    const token = issuer.token({ scope, ...organization });
    const sent = requestsOf(setup, rows, organization);
    const isRight = ({ verb, path }: Sent) =>
      [...requiredKeys(model.api, keys, verb, path)].every((key) => {
        if (key === null) return undeclared === 'rules' && table.undeclared;
        return mayUse(rows[keys.indexOf(key)] as Row, organization, path);
      });
    const isServed = ({ verb, path }: Sent) =>
      undeclared !== 'absent' || !requiredKeys(model.api, keys, verb, path).has(null);
    // Undeclared paths may be lost to a Deny where that cannot be helped.
    const isDeclared = ({ verb, path }: Sent) =>
      [...requiredKeys(model.api, keys, verb, path)].every((key) => key !== null && key !== '$default');
    const answers: Judged[] = [];
    for (const one of sent) answers.push(await judge(one, token));
    const fail = (what: string, one: Sent): never => {
      throw new Error(
        `${what}: ${JSON.stringify({ one, organization, rows, undeclared, arnPath, rest: table.undeclared })}`,
      );
    };
    for (const [at, one] of sent.entries()) {
      const { decision: fresh } = answers[at] as Judged;
      const right = isRight(one);
      tally.requests += 1;
      if (fresh.outcome === 'allow') {
        tally.allowed += 1;
        if (!right) fail('wrongly allowed', one);
        if (
          [...requiredKeys(model.api, keys, one.verb, one.path)].some(
            (key) => rows[keys.indexOf(key ?? '')]?.bound != null,
          )
        )
          tally.own += 1;
      } else if (fresh.outcome === 'deny' && right) {
        const excuses = ['reserved_value', 'undeclared_path', 'ambiguous_path', 'inexpressible_path'];
        if (![...excuses, 'route_not_found'].includes(fresh.code))
          fail(`wrongly refused as ${fresh.code}`, one);
        tally.unnamed += 1;
      }
      const path = arnPath === 'decoded' && model.api === 'HTTP' ? decodeURIComponent(one.path) : one.path;
      for (const { allows, prefix, isWhole } of answers) {
        const isAllowed = allows(`${prefix}${one.verb}${path}`);
        tally.replays += 1;
        if (isAllowed) tally.replaysAllowed += 1;
        if (isAllowed && !right && isServed(one)) fail('wrongly allowed from the cache', one);
        if (isAllowed || fresh.outcome !== 'allow' || !isDeclared(one)) continue;
        tally.wronglyDenied += 1;
        if (isWhole) fail('wrongly denied from the cache', one);
      }
    }
  }
}

function requestsOf(
  setup: Setup,
  rows: readonly Row[],
  organization: Setup['organization'],
): readonly Sent[] {
  const { table, model } = setup;
  const random = randomFrom(table.seed);
  const own = Object.values(organization).filter((text) => !/[/ ?]|^\.\.$|[^ -~]/.test(text));
  const near = own.flatMap((text) => [
    text,
    text.toLowerCase(),
    `${text}x`,
    text.slice(1),
    text.toUpperCase(),
  ]);
  const literals = [...SHAPE.literals, 'org_other', 'org_third', ...near.filter((text) => text !== '')];
  const keys = rows.map(({ key }) => key);
  const bound = rows.flatMap((row) => row.bound ?? []);
  return Array.from({ length: 16 }, (): Sent[] => {
    const { verb, path: any } = somePath(parse(keys), literals, random);
    const segments = any.split('/');
    const { segment, by } = bound[random(bound.length)] as NonNullable<Row['bound']>;
    const text = by === 'id' ? organization['org_id'] : organization['org_name']?.toLowerCase();
    if (random(2) === 0 && segment + 1 < segments.length && own.includes(text ?? ''))
      segments[segment + 1] = text as string;
    const path = segments.join('/');
    const route = model.routeOf(keys, verb, path);
    return route === null ? [] : [{ verb, path, route }];
  }).flat();
}

const TABLES = runs(60, 1500);
const KINDS: readonly GatewayKind[] = ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'];

describe(`answers of authorizers whose routes name the organization, on ${(TABLES * KINDS.length).toLocaleString('en')} random tables`, function () {
  this.timeout(0);

  for (const kind of KINDS) {
    it(`allow the caller's own organization and nothing else, fresh and from the cache: ${kind}`, async () => {
      const tally = new Tally();
      const api = kind.startsWith('rest') ? 'REST' : 'HTTP';
      await fc.assert(
        fc.asyncProperty(setups(api), (setup) => replay(setup, kind, tally)),
        { numRuns: TABLES },
      );
      const { requests, allowed, own, unnamed, replays, replaysAllowed, wronglyDenied } = tally;
      expect(requests, String(tally)).to.be.above(10 * TABLES);
      expect(allowed, String(tally)).to.be.above(0.2 * requests);
      expect(own, String(tally)).to.be.above(0.1 * allowed);
      expect(unnamed, String(tally)).to.be.below(10 + 0.03 * requests);
      expect(replaysAllowed, String(tally)).to.be.above(0.15 * replays);
      expect(wronglyDenied, String(tally)).to.be.below(100 + 0.06 * replays);
    });
  }
});
