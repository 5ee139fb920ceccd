import { expect } from 'chai';
import { HandlerRole } from '../../lib/answer/handler-role.ts';
import { policyForAllow, policyForDenial } from '../../lib/answer/policy-for-decision.ts';
import { type AllowPolicy, type PolicySubject, requestOnly } from '../../lib/answer/policy-for-request.ts';
import { compilerFor, type PolicyTerms } from '../../lib/answer/policy-terms.ts';
import type { Deny } from '../../lib/decision/decision.ts';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import { type ExecuteApiArn, parseExecuteApiArn } from '../../lib/iam/arn.ts';
import { evaluatePolicy, type RefusalCode } from '../../lib/index.ts';
import { createRuleBook, type RuleBookOptions } from '../../lib/rules/rule-book.ts';
import { requestOf, tokenOf } from '../rules/subjects.ts';
import { NEVER_EXACT } from '../support/never-exact.ts';

const STAGE = 'arn:aws:execute-api:eu-west-1:123456789012:abc/prod';
const routes = {
  'GET /a': { scopes: ['a'] },
  'GET /b': { scopes: ['b'] },
  'GET /users/{id}': { scopes: ['a'] },
  'GET /users/me': { scopes: ['a'] },
};

const DECLARED: RuleBookOptions = { routes, undeclared: 'absent' };
const SAME: RuleBookOptions = { routes: undefined, undeclared: undefined };

interface Case extends RuleBookOptions {
  /** `null` for `$connect`. */
  readonly path: string | null;
  readonly gateway?: GatewayKind;
  readonly template?: string;
  readonly decides?: boolean;
  /** Of the caller. Default `a`. */
  readonly scope?: string;
}

function requestFor(request: Case) {
  const { path, template, gateway = 'rest-request', decides = false, scope = 'a', ...options } = request;
  const rules = createRuleBook({ ...DECLARED, ...options });
  const resource = path === null ? '$connect' : `GET${path}`;
  const arn = parseExecuteApiArn(`${STAGE}/${resource}`) as ExecuteApiArn;
  const token = tokenOf({ scope });
  const judging = rules.begin(requestOf({ gateway, path, arn, routeTemplate: template ?? null }), token);
  judging.verdict();
  const caller = { token, principalId: 'auth0|1', isChosen: false };
  const subject: PolicySubject = { caller, judging, arn, role: new HandlerRole(decides) };
  const compiler = compilerFor(rules, false);
  const terms: PolicyTerms = { rules, compiler, tokenExpiry: false, denyRest: false, uncachedMembers: [] };
  return { subject, terms };
}

/** The reach of a policy, its shortfall, and which of the paths it allows. */
function readingOf(chosen: AllowPolicy, paths = ['/a', '/users/7', '/b', '/x']) {
  if (chosen.kind === 'refused') return chosen.refusal.code;
  const { policy, reach, shortfall } = chosen;
  const allowed = paths.filter(
    (path) => evaluatePolicy(policy as never, { resource: `${STAGE}/GET${path}` }) === 'allow',
  );
  return [reach, shortfall?.kind ?? 'whole', ...allowed].join(' ');
}

describe('the policy for an allow', () => {
  const cases: readonly [string, Case, string][] = [
    ['is for all routes', { path: '/a' }, 'routes whole /a /users/7'],
    [
      'is for the stage if all routes have the same rules',
      { path: '/a', ...SAME },
      'stage whole /a /users/7 /b /x',
    ],
    [
      'contains the request beside the routes if only the event names its route',
      { path: '/v1/a', template: 'GET /a' },
      'routes whole /a /users/7',
    ],
    ['is for the route if the handler decides', { path: '/users/7', decides: true }, 'routes whole /users/7'],
    [
      'is for the request if the handler decides, and its path shows several routes',
      { path: '/users/me', template: 'GET /users/{id}', decides: true },
      'request request',
    ],
    [
      'is for the request if the handler decides on an undeclared path',
      { path: '/x', undeclared: 'rules', decides: true },
      'request whole /x',
    ],
    [
      'is for the request if the handler decides, and all routes have the same rules',
      { path: '/a', ...SAME, decides: true },
      'request whole /a',
    ],
    [
      'is for the route if the handler decides, and undeclared paths are allowed',
      { path: '/users/7', undeclared: 'rules', decides: true },
      'routes whole /users/7',
    ],
    [
      'is refused if no resource names the path of an event that names a route',
      { path: '/v1/*', template: 'GET /a' },
      'inexpressible_path',
    ],
  ];
  for (const [promise, request, expected] of cases) {
    it(promise, () => {
      const { subject, terms } = requestFor(request);
      expect(readingOf(policyForAllow(subject, terms))).to.equal(expected);
    });
  }

  it('is for the request on WebSocket APIs, whose requests have no path', () => {
    const table = { $connect: { scopes: ['a'] }, 'GET /b': { scopes: ['b'] } };
    const { subject, terms } = requestFor({ gateway: 'websocket', path: null, routes: table });
    expect(readingOf(policyForAllow(subject, terms))).to.equal('request whole');
    expect(policyForAllow(subject, terms)).to.have.nested.property(
      'policy.Statement[0].Resource',
      `${STAGE}/$connect`,
    );
  });

  it('is for the request if it is undeclared, and a policy that leaves out routes denies it', () => {
    const path = '/b/b/b/b/b';
    const { subject, terms } = requestFor({
      path,
      routes: NEVER_EXACT,
      undeclared: 'rules',
      scope: 'a b d f',
    });
    expect(readingOf(policyForAllow(subject, terms), [path])).to.equal(`routes request ${path}`);
  });

  it('is for the request without rules', () => {
    const { subject, terms } = requestFor({ path: '/a' });
    const alone = { ...subject, judging: null };
    for (const known of [terms, null])
      expect(readingOf(policyForAllow(alone, known))).to.equal('request whole /a');
  });

  it('is the same for all requests of a caller', () => {
    const [first, ...others] = ['/a', '/users/7', '/users/me'].map((path) => {
      const { subject, terms } = requestFor({ path });
      return policyForAllow(subject, terms);
    });
    expect(first).to.have.nested.property('policy.Statement');
    for (const other of others) expect(other).to.deep.equal(first);
  });

  it('allows the request that it is for, also one that only $default takes', () => {
    const table = {
      $default: { scopes: ['a'] },
      'GET /b': { scopes: ['b'] },
      'GET /c/{id}': { scopes: ['b'] },
    };
    for (const path of ['/x', '/b/', '/c', '/c/1/', '/c/1/2', '/', '/b/c']) {
      const { subject, terms } = requestFor({ gateway: 'http-api-2.0', path, routes: table });
      const reading = readingOf(policyForAllow(subject, terms), [path]);
      expect(reading, path).to.match(path === '/c/1/2' ? /^undeclared_path$/ : new RegExp(` ${path}$`));
    }
  });

  it('says what keeps a resource from naming the path', () => {
    const { subject, terms } = requestFor({ path: '/v1/*', template: 'GET /a' });
    expect(policyForAllow(subject, terms))
      .to.have.nested.property('refusal.detail')
      .that.contains('more than 512 characters')
      .and.contains('`*`, `?` or `${`');
  });

  it('is for the request if no document covers its route, without the Denies that take it', () => {
    const greedy = { 'GET /{p}/a/{rest+}': { scopes: ['a'] }, 'GET /x/y': { scopes: ['b'] } };
    const taken = requestFor({ path: '/b/a/c', routes: greedy, undeclared: undefined });
    const paths = ['/b/a/c', '/b/a/d'];
    // Its reach says that a smaller policy exists: the same without the Denies.
    expect(readingOf(policyForAllow(taken.subject, taken.terms), paths)).to.equal('routes request /b/a/c');
  });

  it('stays refused where it is marked as one for the request', () => {
    const { subject, terms } = requestFor({ path: '/v1/*', template: 'GET /a' });
    const refused = policyForAllow(subject, terms);
    expect(requestOnly(refused)).to.equal(refused);
  });
});

describe('the policy for a denial', () => {
  const denialOf = (code: RefusalCode): Deny => ({
    outcome: 'deny',
    code,
    status: 403,
    principalId: 'auth0|1',
    route: null,
  });
  const denied = (request: Case, code: RefusalCode, change: Partial<PolicySubject> = {}) => {
    const { subject, terms } = requestFor(request);
    return readingOf(policyForDenial(denialOf(code), { ...subject, ...change }, terms));
  };
  const lists = { rules: { ip: { deny: ['198.51.100.0/24'] } }, ipInPolicy: true };

  it('is for all routes, without this request', () => {
    expect(denied({ path: '/b' }, 'insufficient_scope')).to.equal('routes whole /a /users/7');
    expect(denied({ path: '/a' }, 'ambiguous_path')).to.equal('routes whole /users/7');
    expect(denied({ path: '/a', template: 'GET /users/{id}' }, 'ambiguous_path')).to.equal(
      'routes whole /users/7',
    );
  });

  it('is for all routes as they are if conditions decide on the address', () => {
    expect(denied({ path: '/a', ...lists }, 'ip_not_allowed')).to.equal('routes whole /a /users/7');
    expect(denied({ path: '/a' }, 'ip_not_allowed')).to.equal('stage whole');
    expect(denied({ path: '/a', ...lists }, 'handler_forbidden')).to.equal('stage whole');
  });

  it('is for the stage if all routes have the same rules', () => {
    const same = { path: '/a', ...SAME };
    expect(denied({ ...same, ...lists }, 'ip_not_allowed')).to.equal('stage whole /a /users/7 /b /x');
    expect(denied(same, 'ambiguous_path')).to.equal('stage whole /users/7 /b /x');
    expect(denied(same, 'handler_forbidden')).to.equal('stage whole');
    expect(denied({ ...same, rules: { scopes: ['b'] } }, 'ambiguous_path')).to.equal('stage whole');
  });

  it('denies the stage if the caller is unknown, no rules were judged, or the handler decides', () => {
    const { subject, terms } = requestFor({ path: '/b' });
    for (const change of [{ caller: null }, { judging: null }, { role: new HandlerRole(true) }])
      expect(denied({ path: '/b' }, 'insufficient_scope', change)).to.equal('stage whole');
    expect(readingOf(policyForDenial(denialOf('insufficient_scope'), subject, null))).to.equal('stage whole');
    const sameForAll = requestFor({ path: '/a', ...SAME });
    expect(readingOf(policyForDenial(denialOf('ambiguous_path'), sameForAll.subject, null))).to.equal(
      'stage whole',
    );
    const without = { ...terms, compiler: null };
    expect(readingOf(policyForDenial(denialOf('insufficient_scope'), subject, without))).to.equal(
      'stage whole',
    );
  });
});

describe('a policy that has no room for all routes', () => {
  const names = Array.from({ length: 200 }, (_, n) => `/resource-with-a-long-name-${n}`);
  const last = names.at(-1);
  // Every second one, so that no pattern covers several.
  const many = Object.fromEntries(
    names.map((name, n) => [`GET ${name}/{id}`, { scopes: [n % 2 === 0 ? 'b' : 'a'] }]),
  );
  const table = { ...many, 'GET /b': { scopes: ['b'] }, [`GET ${last}/me`]: { scopes: ['a'] } };
  const refused: Deny = {
    outcome: 'deny',
    code: 'ambiguous_path',
    status: 403,
    principalId: 'auth0|1',
    route: null,
  };
  const covered = (chosen: AllowPolicy) => readingOf(chosen, [`${last}/2`]);

  it('covers the routes of the request first', () => {
    const first = requestFor({ path: `${names[1]}/1`, routes: table });
    expect(covered(policyForAllow(first.subject, first.terms))).to.equal('routes partial');
    for (const request of [{ path: `${last}/1` }, { path: `${last}/me`, template: `GET ${last}/{id}` }]) {
      const { subject, terms } = requestFor({ ...request, routes: table });
      expect(covered(policyForAllow(subject, terms)), request.path).to.equal(`routes partial ${last}/2`);
    }
  });

  it('covers the route first that the gateway chose for a path that is refused', () => {
    for (const [template, expected] of [
      [`GET ${last}/{id}`, `routes partial ${last}/2`],
      ['GET /elsewhere', 'routes partial'],
    ] as const) {
      const { subject, terms } = requestFor({ path: '/a//b', template, routes: table });
      expect(covered(policyForDenial(refused, subject, terms)), template).to.equal(expected);
    }
  });
});
