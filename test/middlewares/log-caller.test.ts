import { expect } from 'chai';
import fc from 'fast-check';
import { type AuthorizerOptions, auth0Authorizer, type CustomRuleInput } from '../../lib/index.ts';
import { createTestIssuer, eventFor } from '../../lib/testing.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';

const PAST = 1_000_000_000;

describe('the caller in the log line', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const forger = createTestIssuer({ algorithm: 'ES256' });

  /** The lines of the token when it is new, and when it is known. */
  async function linesFor(token: string, options: Partial<AuthorizerOptions> = {}) {
    const log = recordingLog();
    const handler = middy().use(auth0Authorizer({ ...options, logger: log, ...issuer.options }));
    for (const _ of ['new', 'known']) {
      await invoke(handler, eventFor('rest-request', { token })).catch(() => undefined);
    }
    return log.lines;
  }

  const agent = { sub: 'auth0|1', azp: 'agent-client', org_id: 'org_1', org_name: 'acme' };
  const shown = { principalId: 'auth0|1', caller: 'agent', actor: 'agt_test' };

  it('names the kind, the actor, the application and the organization', async () => {
    for (const line of await linesFor(issuer.token.agent(agent))) {
      expect(line).to.include({ decision: 'allow', ...shown, client: 'agent-client', organization: 'org_1' });
    }
    const [user] = await linesFor(issuer.token.user({ org_name: 'Acme' }, { profile: 'rfc9068' }));
    expect(user).to.include({ caller: 'user', client: 'test-client', organization: 'acme' });
    expect(user).not.to.have.any.keys('actor', 'claims');
    const [bare] = await linesFor(issuer.token({ azp: undefined, sub: undefined }));
    expect(bare).to.include({ refusal: 'caller_not_allowed', caller: 'unknown', principalId: 'unknown' });
    expect(bare).not.to.have.any.keys('client', 'organization');
  });

  it('is absent without a token', async () => {
    const [line] = await linesFor('', { routes: { 'GET /': { token: 'optional' } } });
    expect(line).not.to.have.any.keys('caller', 'actor', 'client', 'organization');
  });

  for (const [code, claims, options] of [
    ['token_expired', { exp: PAST }, {}],
    ['token_too_old', { iat: PAST }, { maxTokenAge: 60 }],
    ['wrong_audience', { aud: 'urn:other', scope: 'a' }, {}],
    ['missing_claim', {}, { requiredClaims: ['jti'] }],
    ['insufficient_scope', {}, { rules: { scopes: ['a'] } }],
  ] as const) {
    it(`is named in a refusal as ${code}, with the claims of logClaims`, async () => {
      const lines = await linesFor(issuer.token.agent({ ...agent, ...claims, custom: 1 }), {
        ...options,
        logClaims: ['custom', 'none'],
      });
      expect(lines).to.have.length(2);
      for (const line of lines) {
        expect(line).to.include({ refusal: code, ...shown, client: 'agent-client', organization: 'org_1' });
        expect(line.claims).to.deep.equal({ custom: 1 });
      }
    });
  }

  it('is absent if the token is not proven, or its claims have wrong types', async () => {
    for (const token of [
      forger.token.agent(agent, { header: { kid: issuer.jwks.keys[0]?.kid } }),
      issuer.token.agent({ ...agent, iss: 'https://other.example/' }),
      issuer.token.agent({ ...agent, sub: 7 }),
      issuer.token.agent({ ...agent, deep: JSON.parse('['.repeat(40) + ']'.repeat(40)) }),
    ]) {
      const [line] = await linesFor(token, { logClaims: ['azp'] });
      expect(line).to.have.property('decision', 'deny');
      expect(line).not.to.have.any.keys('principalId', 'caller', 'actor', 'client', 'organization', 'claims');
    }
  });

  it('leaves out a principal that the token does not name', async () => {
    const [line] = await linesFor(issuer.token({ sub: undefined, exp: PAST }));
    expect(line).to.include({ refusal: 'token_expired', caller: 'unknown' });
    expect(line).not.to.have.property('principalId');
  });

  describe('whatever the claims, options and outcome', () => {
    const mark = (name: string) => fc.option(fc.constant(`mark-${name}`), { nil: undefined });
    const profile = fc.constantFrom(undefined, 'user', 'ai_agent', 'service', 'mark-profile', [
      'mark-profile',
    ]);
    const claims = fc.record({
      sub: fc.constantFrom('mark-sub', 'auth0|mark-sub', 'anon@mark-sub', undefined),
      azp: mark('azp'),
      client_id: mark('client'),
      org_id: mark('orgid'),
      org_name: mark('orgname'),
      scope: mark('scope'),
      permissions: fc.constantFrom(undefined, ['mark-permission']),
      jti: mark('jti'),
      gty: fc.constantFrom(undefined, 'client-credentials', 'mark-gty', ['mark-gty']),
      role: mark('role'),
      sub_profile: profile,
      client_profile: profile,
      act: fc.constantFrom(
        undefined,
        'mark-act',
        { sub: 'mark-actor', client_id: 'mark-actorclient', act: { sub: 'mark-inner' } },
        { sub: 'mark-actor', iss: 'mark-actoriss', sub_profile: 'ai_agent' },
        { sub: 'mark-actor', sub_profile: 'mark-actorprofile' },
      ),
    });
    const ends = fc.constantFrom<Readonly<Record<string, unknown>>>(
      {},
      {},
      {},
      { exp: PAST },
      { nbf: 4_000_000_000 },
      { aud: 'mark-aud' },
      { aud: ['mark-aud'], cnf: { jkt: 'mark-jkt' } },
      { cnf: { jkt: 'mark-jkt' } },
      { iss: 'https://mark-iss/' },
    );
    const rule = fc.constantFrom<Readonly<Record<string, unknown>>>(
      {},
      { callers: { allow: ['user'] } },
      { callers: { allow: ['agent', 'anonymous'], actors: ['agt_1'] } },
      { callers: { allow: ['agent'], maxDelegation: 1 } },
      { clients: ['web'] },
      { organization: { allow: ['org_1'] } },
      { scopes: ['a'] },
      { permissions: { any: ['a', 'b'] } },
      { claims: { role: 'admin' } },
      { claims: { role: () => false } },
      { claims: { jti: { absent: true } } },
      { custom: { mine: (input: CustomRuleInput) => input.claims?.['role'] } },
    );
    const asked = fc.subarray(['role', 'jti', 'scope', 'act']);

    const marksIn = (value: unknown) => JSON.stringify(value ?? null).match(/mark-[a-z]+/g) ?? [];

    it('contains nothing of the token but identifiers and the claims that logClaims names', async () => {
      let withCaller = 0;
      const property = fc.asyncProperty(
        claims,
        ends,
        rule,
        asked,
        fc.integer({ max: 3, min: 0 }),
        async (given, end, ruleOptions, logClaims, forging) => {
          const isForged = forging === 0;
          const token = (isForged ? forger : issuer).token(
            { ...given, ...end },
            isForged ? { header: { kid: issuer.jwks.keys[0]?.kid } } : {},
          );
          const options = {
            rules: { callers: false, ...ruleOptions },
            ...(logClaims.length > 0 ? { logClaims } : {}),
          };
          const act = given.act as { sub?: string } | string | undefined;
          const identifiers = [given.sub, given.azp ?? given.client_id, given.org_id ?? given.org_name];
          const actor = typeof act === 'object' ? act.sub : undefined;
          const isProven = !isForged && end['iss'] === undefined;
          const allowed = isProven
            ? marksIn([...identifiers, actor, ...logClaims.map((name) => given[name as keyof typeof given])])
            : [];
          for (const line of await linesFor(token, options as never)) {
            expect(marksIn(line).filter((found) => !allowed.some((one) => one === found))).to.deep.equal([]);
            for (const part of token.split('.')) expect(JSON.stringify(line)).not.to.include(part);
            if ('caller' in line) withCaller += 1;
            expect('caller' in line).to.equal(isProven);
          }
        },
      );
      const numRuns = runs(150, 3000);
      await fc.assert(property, { numRuns });
      expect(withCaller).to.be.greaterThan(0.6 * numRuns);
    });
  });
});
