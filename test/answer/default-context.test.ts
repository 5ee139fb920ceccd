import { expect } from 'chai';
import { smallerContext } from '../../lib/answer/default-context.ts';
import { callerOf } from '../../lib/backend.ts';
import {
  type AuthorizerContext,
  type AuthorizerOptions,
  auth0Authorizer,
  type DecisionHook,
  Forbidden,
} from '../../lib/index.ts';
import type { Caller } from '../../lib/invocation/invocation.ts';
import {
  appSyncGraphqlEvent,
  createTestIssuer,
  decide,
  eventFor,
  httpApi2Event,
  restRequestEvent,
  type TestDecision,
} from '../../lib/testing.ts';
import type { VerifiedToken } from '../../lib/token/verified-token.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

describe('the default context', () => {
  const issuer = createTestIssuer();
  const permissions = ['read:orders', 'write:orders'];
  const scope = 'openid read:orders';

  function authorizer(options: Partial<AuthorizerOptions> = {}, added?: AuthorizerContext) {
    const chain = auth0Authorizer({ ...issuer.options, logger: false, ...options });
    return middy(async () => (added === undefined ? undefined : { context: added })).use(chain);
  }

  /** The context of the answer to a token with these claims, as the gateway gets it. */
  async function contextOf(
    claims: Readonly<Record<string, unknown>>,
    options: Partial<AuthorizerOptions> = {},
    added?: AuthorizerContext,
  ): Promise<Readonly<Record<string, unknown>>> {
    const decision = await decide(
      authorizer(options, added),
      restRequestEvent({ token: issuer.token(claims) }),
    );
    expect(decision.outcome).to.equal('allow');
    return decision.outcome === 'allow' ? decision.context : {};
  }

  const answerOf = (decision: TestDecision) => (decision.outcome === 'fault' ? undefined : decision.answer);
  const long = (bytes: number) =>
    Array.from({ length: bytes / 20 }, (_, n) => `read:${`${n}`.padEnd(14, 'x')}`);
  const listed = (value: unknown) => JSON.parse(Buffer.from(String(value), 'base64url').toString());

  for (const { kind, name, event, httpApiResponse = 'iam' } of EVERY_GATEWAY) {
    it(`has sub, scope and permissions of the token on ${name}`, async () => {
      const handler = authorizer({ httpApiResponse });
      for (const _ of ['new token', 'known token']) {
        const token = issuer.token({ scope, permissions });
        const decision = await decide(handler, event({ token }));
        const { context } = decision as { context: Record<string, unknown> };
        expect(context)
          .to.include({ sub: 'auth0|test', scope })
          .and.have.all.keys('sub', 'scope', 'permissions');
        const isList = kind === 'http-api-2.0';
        expect(isList ? context['permissions'] : listed(context['permissions'])).to.deep.equal(permissions);
      }
    });

    it(`is absent with context: false on ${name}`, async () => {
      const handler = authorizer({ httpApiResponse, context: false });
      const decision = await decide(handler, event({ token: issuer.token({ scope, permissions }) }));
      expect(decision).to.deep.include({ outcome: 'allow', context: {} });
      expect(answerOf(decision)).not.to.have.any.keys('context', 'resolverContext', 'handlerContext');
    });
  }

  it('has no list beside a policy under serverless-offline, which refuses lists; callerOf restores it', async () => {
    const token = issuer.token({ scope, permissions });
    const offline = { accountId: 'random-account-id', apiId: 'random-api-id' };
    for (const [event, httpApiResponse, isText] of [
      [httpApi2Event({ token, ...offline }), 'iam', true],
      [httpApi2Event({ token, ...offline }), 'simple', false],
      [httpApi2Event({ token }), 'iam', false],
    ] as const) {
      const answer = answerOf(await decide(authorizer({ httpApiResponse }), event));
      const lambda = answer?.context ?? {};
      expect(typeof lambda['permissions']).to.equal(isText ? 'string' : 'object');
      expect(callerOf({ version: '2.0', requestContext: { authorizer: { lambda } } })).to.deep.equal({
        sub: 'auth0|test',
        scope,
        permissions,
      });
    }
  });

  it('leaves out claims that the token lacks, and keeps an empty list', async () => {
    expect(await contextOf({ sub: undefined }, { rules: { callers: false } })).to.deep.equal({});
    expect(await contextOf({ permissions: [] })).to.deep.equal({ sub: 'auth0|test', permissions: 'W10' });
  });

  it('is empty without a token', async () => {
    const handler = authorizer({ routes: { 'GET /orders': { token: 'optional' } } });
    const decision = await decide(handler, restRequestEvent());
    expect(decision).to.deep.include({ outcome: 'allow', principalId: 'anonymous', context: {} });
  });

  it('gives way to what the option context returns, and is added to by the handler', async () => {
    expect(await contextOf({ scope }, { context: () => ({ plan: 'gold' }) })).to.deep.equal({ plan: 'gold' });
    const added = await contextOf({ scope }, {}, { scope: 'mine', plan: 'gold' });
    expect(added).to.deep.equal({ sub: 'auth0|test', scope: 'mine', plan: 'gold' });
  });

  it('says in leftOut what an answer has no room for: first the permissions, then the scope', async () => {
    const sub = 'auth0|test';
    expect(await contextOf({ scope, permissions: long(7000) })).to.deep.equal({
      sub,
      scope,
      leftOut: 'permissions',
    });
    const most = { scope: long(8200).join(' '), permissions: long(3000) };
    expect(await contextOf(most)).to.deep.equal({ sub, leftOut: 'permissions scope' });
    expect(await contextOf({ scope: long(8200).join(' ') })).to.deep.equal({ sub, leftOut: 'scope' });
  });

  it('never leaves out what the handler added, or the option context returned', async () => {
    const own = { permissions: 'mine' };
    const added = await contextOf({ scope: long(8200).join(' '), permissions }, {}, own);
    expect(added).to.deep.equal({ sub: 'auth0|test', permissions: 'mine', leftOut: 'scope' });
    for (const [options, more] of [
      [{ context: () => ({ permissions: long(7000) }) }, undefined],
      [{}, { permissions: long(7000) }],
      [{ context: false }, { permissions: long(7000) }],
    ] as const) {
      const token = issuer.token({ permissions });
      const decision = await decide(authorizer(options, more), restRequestEvent({ token }));
      expect(decision).to.deep.include({ outcome: 'fault', code: 'answer_too_large' });
    }
  });

  it('never leaves out a claim that the option context returned as it is', async () => {
    const context = (token: VerifiedToken | null) => ({ scope: token?.claims.scope });
    const token = issuer.token({ scope: long(8200).join(' ') });
    const decision = await decide(authorizer({ context }), restRequestEvent({ token }));
    expect(decision).to.deep.include({ outcome: 'fault', code: 'answer_too_large' });
  });

  it('never makes a policy smaller: claims are left out of an answer before routes are', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `GET /a-resource-with-a-long-name-${n}/{id}`);
    const routes = Object.fromEntries(names.map((name, n) => [name, { permissions: [`p${n % 2}`] }]));
    const path = '/a-resource-with-a-long-name-0/1';
    const policies = await Promise.all(
      [{ permissions: ['p0'] }, { permissions: ['p0', ...long(5000)] }].map(async (claims) => {
        const token = issuer.token(claims);
        const decision = await decide(authorizer({ routes }), restRequestEvent({ token, path }));
        return answerOf(decision)?.policyDocument;
      }),
    );
    expect(policies[0]).to.deep.equal(policies[1]);
  });

  it('is part of a denial that may be replayed for an allowed route, and fits there too', async () => {
    const routes = { 'GET /a': { permissions: ['p'] }, 'GET /b': { permissions: ['q'] } };
    for (const [more, leftOut] of [
      [[], undefined],
      [long(7000), 'permissions'],
    ] as const) {
      const token = issuer.token({ permissions: ['p', ...more] });
      const decision = await decide(authorizer({ routes }), restRequestEvent({ token, path: '/b' }));
      expect(decision.outcome).to.equal('deny');
      expect(decision.allowsFromCache('GET', '/a')).to.equal(true);
      expect(answerOf(decision)?.context).to.include({ sub: 'auth0|test' });
      expect(answerOf(decision)?.context?.['leftOut']).to.equal(leftOut);
    }
  });

  it('counts bytes, not characters', async () => {
    const context = await contextOf({ scope: 'ü'.repeat(3000), permissions: ['ü'.repeat(1000)] });
    expect(context).to.have.all.keys('sub', 'scope', 'leftOut');
  });

  it('has room for every claim in simple responses and on AppSync', async () => {
    const token = issuer.token({ scope, permissions: long(3000) });
    for (const event of [httpApi2Event({ token }), appSyncGraphqlEvent({ token })]) {
      const decision = await decide(authorizer({ httpApiResponse: 'simple' }), event);
      expect(decision).to.have.nested.property('context.permissions');
    }
  });

  it('is named in the log line and to onDecision where claims are left out', async () => {
    const log = recordingLog();
    const facts: (string | undefined)[] = [];
    const onDecision: DecisionHook = (_, { claimsLeftOut }) => facts.push(claimsLeftOut);
    const routes = { 'GET /a': { permissions: ['p0'] }, 'GET /b': { permissions: ['q'] } };
    const handler = authorizer({ routes, logger: log, onDecision });
    const ask = async (claims: object, path: string) =>
      decide(handler, restRequestEvent({ token: issuer.token({ ...claims }), path }));
    const most = { scope: long(8200).join(' '), permissions: ['p0', ...long(3000)] };
    await ask({ permissions: ['p0'] }, '/a');
    await ask({ permissions: ['p0', ...long(7000)] }, '/a');
    await ask(most, '/a');
    await ask(most, '/b');
    const expected = [undefined, 'permissions', 'permissions scope', 'permissions scope'];
    expect(log.lines.map(({ claimsLeftOut }) => claimsLeftOut)).to.deep.equal(expected);
    expect(facts).to.deep.equal(expected);
    expect(log.lines[0]).not.to.have.property('claimsLeftOut');
    expect(log.lines.map(({ decision }) => decision)).to.deep.equal(['allow', 'allow', 'allow', 'deny']);
  });

  it('leaves a fault a fault if not even the principal fits, and blames neither handler nor context', async () => {
    for (const sub of [`auth0|${'x'.repeat(5000)}`, `auth0|${'x'.repeat(9000)}`]) {
      const decision = await decide(
        authorizer(),
        restRequestEvent({ token: issuer.token({ sub, permissions }) }),
      );
      expect(decision).to.deep.include({ outcome: 'fault', code: 'answer_too_large' });
      expect(decision.outcome === 'fault' && decision.error.message).to.match(
        /its `principalId` is too long\)$/,
      );
    }
  });

  it('leaves a fault a fault if the principal does not fit into a denial', async () => {
    const handler = authorizer({ rules: { scopes: ['none'] } });
    const decision = await decide(
      handler,
      restRequestEvent({ token: issuer.token({ sub: 'x'.repeat(9000) }) }),
    );
    expect(decision).to.deep.include({ outcome: 'fault', code: 'answer_too_large' });
  });

  it('is not part of a denial of the whole stage', async () => {
    const handler = middy(async () => {
      throw new Forbidden();
    }).use(auth0Authorizer({ ...issuer.options, logger: false }));
    const decision = await decide(handler, eventFor('rest-request', { token: issuer.token() }));
    expect(answerOf(decision)?.context).to.deep.equal({ refusal: 'handler_forbidden' });
  });
});

describe('smallerContext', () => {
  const claims = { sub: 'a', scope: 's t', permissions: ['p', 'q'] };
  const token = { claims } as unknown as VerifiedToken;
  const caller = { token, principalId: 'a', isChosen: false } as Caller;

  it('leaves out one claim of the default context at a time, and names those that are missing', () => {
    const first = smallerContext(claims, caller);
    const second = smallerContext(first ?? {}, caller);
    expect([first, second].map((context) => Object.keys(context ?? {}).length)).to.deep.equal([3, 2]);
    expect(String(second?.['leftOut']).split(' ')).to.have.members(['scope', 'permissions']);
    expect(second).to.have.property('sub', 'a');
  });

  it('keeps what a handler put under the name of a claim', () => {
    expect(smallerContext({ scope: 'own', permissions: 'own' }, caller)).to.equal(null);
  });

  it('returns null when there is no context or no caller', () => {
    expect(smallerContext(undefined, caller)).to.equal(null);
    expect(smallerContext(claims, null)).to.equal(null);
  });
});
