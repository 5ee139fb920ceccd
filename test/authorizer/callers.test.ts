import { expect } from 'chai';
import fc from 'fast-check';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  type CallersRule,
  type Decision,
  type GatewayKind,
  type RouteRules,
} from '../../lib/index.ts';
import { createTestIssuer, decide, eventFor, type TestedHandler } from '../../lib/testing.ts';
import { CALLER_KINDS, callerTokens } from '../support/caller-tokens.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';

const issuer = createTestIssuer({ algorithm: 'ES256' });
const PROFILES = ['auth0', 'rfc9068'] as const;

function authorizer(options: AuthorizerOptions) {
  const decisions: Decision[] = [];
  const onDecision = (decision: Decision) => void decisions.push(decision);
  const chain = auth0Authorizer({ logger: false, ...options, ...issuer.options, onDecision });
  return { handler: middy().use(chain) as unknown as TestedHandler, decisions };
}

describe('who is calling', () => {
  for (const { kind, name, httpApiResponse } of EVERY_GATEWAY) {
    it(`may be an anonymous session on ${name} if the rule is off`, async () => {
      const response = httpApiResponse === undefined ? {} : { httpApiResponse };
      const { handler, decisions } = authorizer({ ...response, rules: { callers: false } });
      for (const token of callerTokens(issuer, 'anonymous')) await invoke(handler, eventFor(kind, { token }));
      expect(decisions.map(({ outcome }) => outcome)).to.deep.equal(['allow', 'allow']);
    });
  }

  it('may be an anonymous session on routes that allow it, or switch the rule off', async () => {
    const { handler, decisions } = authorizer({
      routes: {
        'GET /orders': {},
        'GET /catalogue': { callers: { allow: ['anonymous'] } },
        'GET /off': { callers: false },
        'GET /open': { token: 'optional' },
      },
    });
    const token = issuer.token.anonymous();
    const answer = await decide(handler, eventFor('rest-request', { token, path: '/catalogue' }));
    const allowed = ['/orders', '/catalogue', '/off', '/open'].map((path) =>
      answer.allowsFromCache('GET', path),
    );
    expect(allowed).to.deep.equal([false, true, true, false]);
    for (const path of ['/orders', '/catalogue', '/off', '/open']) {
      await invoke(handler, eventFor('rest-request', { token, path }));
    }
    expect(decisions[1]).to.include({ status: 403, code: 'anonymous_not_allowed' });
    expect(decisions.slice(1).map(({ outcome }) => outcome)).to.deep.equal([
      'deny',
      'allow',
      'allow',
      'deny',
    ]);
  });

  it('may be nobody on an optional route, unless it has the rule', async () => {
    const { handler, decisions } = authorizer({
      routes: {
        'GET /open': { token: 'optional' },
        'GET /known': { token: 'optional', callers: { allow: ['user'] } },
        'GET /apps': { token: 'optional', clients: ['web'] },
      },
    });
    for (const path of ['/open', '/known', '/apps'])
      await invoke(handler, eventFor('rest-request', { path }));
    expect(decisions.map((one) => ('code' in one ? one.code : one.outcome))).to.deep.equal([
      'allow',
      'missing_token',
      'missing_token',
    ]);
  });

  it('is reported only with reportOnly', async () => {
    const log = recordingLog();
    const { handler } = authorizer({
      logger: log,
      rules: {
        callers: { allow: ['user'], reportOnly: true },
        clients: { allow: ['web'], reportOnly: true },
      },
    });
    await invoke(handler, eventFor('rest-request', { token: issuer.token.anonymous() }));
    expect(log.lines[0]).to.deep.include({
      decision: 'allow',
      reports: [
        { rule: 'callers', code: 'anonymous_not_allowed' },
        { rule: 'clients', code: 'client_not_allowed' },
      ],
    });
  });

  it('is the same application in either profile of the API', async () => {
    const { handler, decisions } = authorizer({ rules: { clients: ['web'] } });
    for (const profile of PROFILES) {
      for (const azp of ['web', 'cli']) {
        const claims = profile === 'auth0' ? { azp } : { client_id: azp };
        const token = issuer.token.user(claims, { profile });
        await invoke(handler, eventFor('http-api-2.0', { token }));
      }
    }
    const codes = decisions.map((one) => ('code' in one ? one.code : one.outcome));
    expect(codes).to.deep.equal(['allow', 'client_not_allowed', 'allow', 'client_not_allowed']);
  });

  it('refuses a `sub` that Auth0 gives to no user, for a domain, and passes it for an issuer', async () => {
    const token = issuer.token({ sub: '32adf091-e7aa-4c6e-acbd-55e8cad4f66f' });
    const { domain, ...options } = issuer.options;
    const outcomeFor = async (more: AuthorizerOptions) => {
      const chain = auth0Authorizer({ logger: false, ...options, ...more });
      const handler = middy().use(chain) as unknown as TestedHandler;
      return (await decide(handler, eventFor('http-api-2.0', { token }))).outcome;
    };
    expect(await outcomeFor({ domain })).to.equal('deny');
    expect(await outcomeFor({ issuer: `https://${domain}/` })).to.equal('allow');
  });

  describe('whatever the other claims', () => {
    const mostly = (good: readonly unknown[], bad: readonly unknown[]) =>
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...good) }, fc.constantFrom(...bad));
    const profile = mostly(
      [
        undefined,
        undefined,
        undefined,
        null,
        'user',
        'ai_agent',
        'service',
        'service ai_agent',
        'browser_app',
      ],
      ['user ai_agent', 'robot', '', 7, ['ai_agent'], []],
    );
    const act = mostly(
      [
        ...[undefined, undefined, null, { sub: 'agt_1' }, { sub: 'agt_2', act: { sub: 'agt_1' } }],
        { sub: 'agt_1', sub_profile: 'ai_agent', act: { sub: 'spa', act: { sub: 'x' } } },
      ],
      ['agt_1', {}, { sub: '' }, { sub: 'agt_1', act: {} }, { sub: 'agt_1', sub_profile: 'robot' }],
    );
    const claims = fc.record({
      sub: fc.constantFrom(
        'auth0|1',
        'c@clients',
        'd@clients',
        'anon@1',
        'anon|1',
        'agt_1',
        '1234',
        undefined,
      ),
      azp: fc.constantFrom('c', undefined),
      client_id: fc.constantFrom('c', 'd', undefined),
      gty: fc.constantFrom(undefined, 'password', 'client-credentials', ['client-credentials', 'x'], 7),
      sub_profile: profile,
      client_profile: profile,
      act,
    });
    const rule = fc.oneof(
      fc.constant<RouteRules>({}),
      fc
        .record({
          allow: fc.uniqueArray(fc.constantFrom(...CALLER_KINDS), { minLength: 1 }),
          actors: fc.constantFrom(undefined, ['agt_1'], ['agt_2', 'spa']),
          maxDelegation: fc.constantFrom(undefined, 0, 1, 2),
        })
        .map(({ allow, actors, maxDelegation }): RouteRules => {
          if (!allow.includes('agent')) return { callers: { allow } };
          return {
            callers: {
              allow,
              ...(actors === undefined ? {} : { actors }),
              ...(maxDelegation === undefined ? {} : { maxDelegation }),
            },
          };
        }),
      fc.constantFrom<RouteRules>({ clients: ['c'] }, { clients: ['c', 'd'] }),
    );
    const POLICY_KINDS: readonly GatewayKind[] = [
      ...['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'],
    ] as GatewayKind[];

    it('passes only a kind that is allowed, judged and from the cache', async function () {
      this.timeout(0);
      const tally = { allow: 0, deny: 0 };
      await fc.assert(
        fc.asyncProperty(
          fc.array(rule, { minLength: 2, maxLength: 5 }),
          fc.array(claims, { minLength: 1, maxLength: 4 }),
          fc.constantFrom(...POLICY_KINDS),
          async (rules, callers, kind) => {
            const routes = Object.fromEntries(rules.map((one, at) => [`GET /r${at}`, one]));
            const { handler } = authorizer({ routes, undeclared: 'absent', unauthorized: 'deny' });
            for (const held of callers) {
              const token = issuer.token(held);
              const may = rules.map((one) => passes(one, held));
              for (const at of rules.keys()) {
                const answer = await decide(handler, eventFor(kind, { token, path: `/r${at}` }));
                const expected = may[at] ? 'allow' : 'deny';
                expect(answer.outcome).to.equal(expected);
                tally[expected] += 1;
                const fromCache = rules.map((_, other) => answer.allowsFromCache('GET', `/r${other}`));
                expect(fromCache).to.deep.equal(may);
              }
            }
          },
        ),
        { numRuns: runs(80, 2000) },
      );
      expect(tally.allow).to.be.greaterThan(20);
      expect(tally.deny).to.be.greaterThan(20);
    });

    it('passes only a kind that is allowed on every gateway', async function () {
      this.timeout(0);
      await fc.assert(
        fc.asyncProperty(rule, claims, fc.constantFrom(...EVERY_GATEWAY), async (rules, held, gateway) => {
          const { kind, httpApiResponse = 'iam' } = gateway;
          const { handler } = authorizer({
            ...(Object.keys(rules).length === 0 ? {} : { rules: rules as object }),
            httpApiResponse,
            unauthorized: 'deny',
          });
          const token = issuer.token(held);
          for (const _ of ['new', 'known']) {
            const { outcome } = await decide(handler, eventFor(kind, { token }));
            expect(outcome).to.equal(passes(rules, held) ? 'allow' : 'deny');
          }
        }),
        { numRuns: runs(150, 3000) },
      );
    });
  });
});

type Held = Readonly<Record<string, unknown>>;
const ENTITIES =
  /^(?:user|ai_agent|service|browser_app|native_app)(?: (?:user|ai_agent|service|browser_app|native_app))*$/;
const DEFAULT: CallersRule = { allow: ['user', 'machine', 'agent'] };

/** Whether claims meet the rules, by the marks that each kind leaves in a token. */
function passes({ callers = DEFAULT, clients }: RouteRules, claims: Held): boolean {
  // `null` is absent.
  const held: Held = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
  const named = [held['azp'], held['client_id']].filter((one) => one !== undefined);
  if (Array.isArray(clients)) {
    const isAllowed = named.length > 0 && new Set(named).size === 1 && clients.includes(named[0] as string);
    if (!isAllowed) return false;
  }
  const rule = callers as CallersRule;
  const chain = actorsIn(held['act']);
  const texts = [held['sub_profile'], held['client_profile'], ...chain.map((one) => one?.['sub_profile'])]
    .filter((one) => one !== undefined)
    .map((one) => (Array.isArray(one) ? one.join(' ') : String(one)));
  if (chain.includes(null) || !texts.every((text) => ENTITIES.test(text))) return false;
  const marks = marksOf(held, chain.length > 0);
  if (marks === null || !marks.every((mark) => rule.allow.includes(mark))) return false;
  if (!marks.includes('agent')) return true;
  const { actors, maxDelegation = 5 } = rule;
  const isAlone = String(held['sub_profile']).includes('ai_agent');
  const actor = chain[0]?.['sub'] ?? (isAlone ? held['sub'] : undefined);
  return chain.length <= maxDelegation && (actors === undefined || actors.includes(actor as string));
}

/** The kinds that all must be allowed; `null` if the token shows none. */
function marksOf(held: Held, isDelegated: boolean): ('user' | 'machine' | 'agent' | 'anonymous')[] | null {
  const sub = String(held['sub'] ?? '');
  const profile = held['sub_profile'] === undefined ? null : String(held['sub_profile']);
  const isAnonymous = /^anon[@|]/.test(sub);
  const hasAgent = /ai_agent/.test(`${held['sub_profile']} ${held['client_profile']}`) || isDelegated;
  const isContradiction = profile?.includes('user') === true && profile.includes('ai_agent');
  if (isContradiction) return null;
  const marks = [...(isAnonymous ? ['anonymous' as const] : []), ...(hasAgent ? ['agent' as const] : [])];
  if (marks.length > 0) return marks;
  const isMachine =
    String(held['gty']).includes('client-credentials') ||
    sub === `${held['azp'] ?? held['client_id']}@clients`;
  if (profile === 'service') return ['machine'];
  if (profile === 'user') return isMachine ? null : ['user'];
  if (profile !== null) return null;
  return isMachine ? ['machine'] : sub.includes('|') ? ['user'] : null;
}

/** The actors from the outermost one; `null` for a malformed one. */
function actorsIn(act: unknown): (Held | null)[] {
  if (act === undefined) return [];
  const actor = act as Held | null;
  if (
    typeof actor !== 'object' ||
    actor === null ||
    typeof actor['sub'] !== 'string' ||
    actor['sub'] === ''
  ) {
    return [null];
  }
  return [actor, ...actorsIn(actor['act'])];
}
