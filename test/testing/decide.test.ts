import { expect } from 'chai';
import {
  AuthorizerFault,
  type AuthorizerOptions,
  auth0Authorizer,
  type ConditionContext,
  Forbidden,
  OptionError,
} from '../../lib/index.ts';
import {
  createTestIssuer,
  decide,
  type EventOptions,
  eventFor,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  type TestDecision,
  type TestedHandler,
  webSocketEvent,
} from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { middy } from '../support/middy.ts';

const issuer = createTestIssuer();

const ROUTES: AuthorizerOptions['routes'] = {
  'GET /orders': { scopes: ['read:orders'] },
  'GET /orders/{id}': { scopes: ['read:orders'] },
  'POST /orders': { scopes: ['write:orders'] },
  'GET /health': {},
};
const READER = { scope: 'read:orders' };
const WRITER = { scope: 'write:orders' };

const authorizer = (options: AuthorizerOptions = {}) =>
  middy().use(auth0Authorizer({ logger: false, ...options, ...issuer.options }));

const answering = (answer: unknown): TestedHandler => (async () => answer) as TestedHandler;

const throwing =
  (error: unknown): TestedHandler =>
  () => {
    throw error;
  };

function policy(effect: string, resource: string) {
  const Statement = [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }];
  return { principalId: 'p', policyDocument: { Version: '2012-10-17', Statement } };
}

/** What of a decision its outcome has, and what it says of another request. */
const seen = ({ allowsFromCache, ...rest }: TestDecision) => ({
  ...rest,
  other: allowsFromCache('GET', '/x'),
});

async function optionErrorOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof OptionError) return error.option;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('decide', () => {
  for (const { name, kind, event, httpApiResponse = 'iam' } of EVERY_GATEWAY) {
    const isPolicy = httpApiResponse === 'iam' && !kind.startsWith('appsync');

    describe(`on ${name}`, () => {
      it('returns an allow with principal and context', async () => {
        const handler = authorizer({ httpApiResponse, context: () => ({ plan: 'gold' }) });
        const decision = await decide(handler, event({ token: issuer.token() }));
        expect(seen(decision)).to.deep.include({
          outcome: 'allow',
          principalId: isPolicy ? 'auth0|test' : undefined,
          context: { plan: 'gold' },
          other: true,
        });
      });

      it('returns an allow without a context', async () => {
        const handler = authorizer({ httpApiResponse, context: false });
        const decision = await decide(handler, event({ token: issuer.token() }));
        expect(decision).to.deep.include({ outcome: 'allow', context: {} });
      });

      it('returns a denial with its refusal code, whether the answer carries it or not', async () => {
        const handler = authorizer({ httpApiResponse }).handler(async () => {
          throw new Forbidden();
        });
        const decision = await decide(handler, event({ token: issuer.token() }));
        const isAppSync = kind.startsWith('appsync');
        expect(seen(decision)).to.deep.include({
          outcome: 'deny',
          status: isAppSync ? 401 : 403,
          refusal: 'handler_forbidden',
          explicit: true,
          other: false,
        });
      });

      it('returns a fault with its code', async () => {
        const handler = authorizer({ httpApiResponse }).handler(async () => {
          throw new TypeError('oops');
        });
        const decision = await decide(handler, event({ token: issuer.token() }));
        expect(seen(decision)).to.include({ outcome: 'fault', code: 'handler_error', other: false });
        expect(decision.outcome === 'fault' && decision.error.message).to.match(/^handler_error: /);
      });

      it('returns a fault for an answer that the gateway cannot read', async () => {
        for (const answer of [null, 'yes', {}, { isAuthorized: 'true' }, { principalId: 'p' }]) {
          const decision = await decide(answering(answer), event());
          expect(decision).to.include({ outcome: 'fault', code: undefined });
          expect(decision.outcome === 'fault' && decision.error.message).to.match(
            /^the answer is malformed: /,
          );
        }
      });
    });
  }

  it('returns a fault for a policy without principal and for `isAuthorized` in place of a policy', async () => {
    const { policyDocument } = policy('Allow', '*');
    expect((await decide(answering({ policyDocument }), restTokenEvent())).outcome).to.equal('fault');
    const both = { policyDocument, isAuthorized: true };
    expect((await decide(answering(both), restTokenEvent())).outcome).to.equal('fault');
    expect((await decide(answering({ isAuthorized: true }), webSocketEvent())).outcome).to.equal('fault');
  });

  it('returns a 401 if exactly `Unauthorized` is thrown', async () => {
    const decision = await decide(authorizer(), restRequestEvent());
    expect(seen(decision)).to.deep.equal({
      outcome: 'deny',
      status: 401,
      refusal: 'missing_token',
      explicit: true,
      answer: undefined,
      other: false,
    });
    const thrown = async (error: unknown) => (await decide(throwing(error), restTokenEvent())).outcome;
    expect(await thrown(new Error('Unauthorized'))).to.equal('deny');
    expect(await thrown('Unauthorized')).to.equal('deny');
    expect(await thrown(new Error('unauthorized'))).to.equal('fault');
    const foreign = await decide(throwing(new Error('Unauthorized')), restTokenEvent());
    expect(foreign).to.include({ outcome: 'deny', status: 401, refusal: undefined });
  });

  it('reads the refusal code of an authorizer that records none from its answer, where the gateway has it', async () => {
    const denial = { ...policy('Deny', '*'), context: { refusal: 'token_expired' } };
    expect(await decide(answering(denial), restTokenEvent())).to.include({ refusal: 'token_expired' });
    const appSync = { isAuthorized: false, resolverContext: { refusal: 'token_expired' } };
    expect(await decide(answering(appSync), eventFor('appsync-graphql'))).to.include({ refusal: undefined });
  });

  it('returns the refusal code if 401s are answered with a deny', async () => {
    const decision = await decide(authorizer({ unauthorized: 'deny' }), restRequestEvent());
    expect(decision).to.include({ outcome: 'deny', status: 403, refusal: 'missing_token' });
  });

  it('ignores refusal codes that this package does not define', async () => {
    for (const context of [{ refusal: 'because' }, { refusal: 7 }, { refusal: 'toString' }, null]) {
      const decision = await decide(answering({ ...policy('Deny', '*'), context }), restTokenEvent());
      expect(decision).to.include({ outcome: 'deny', status: 403, refusal: undefined });
    }
  });

  it('distinguishes a policy that does not match the request from one that denies it', async () => {
    const elsewhere = await decide(answering(policy('Allow', 'arn:*/GET/else')), restTokenEvent());
    expect(elsewhere).to.include({ outcome: 'deny', status: 403, explicit: false });
    const denied = await decide(answering(policy('Deny', '*')), restTokenEvent());
    expect(denied).to.include({ outcome: 'deny', status: 403, explicit: true });
  });

  it('returns errors of other handlers without a code', async () => {
    const error = Object.assign(new Error('oops'), { code: 'handler_error' });
    expect(await decide(throwing(error), restTokenEvent())).to.include({
      outcome: 'fault',
      code: undefined,
      error,
    });
    const rejected = await decide(throwing(null), restTokenEvent());
    expect(rejected.outcome === 'fault' && rejected.error).to.include({ message: 'null', cause: null });
    const strange = Object.assign(new AuthorizerFault('rule_error', 'x'), { code: 'toString' });
    expect(await decide(throwing(strange), restTokenEvent())).to.include({ code: undefined });
    const odd = Object.assign(new AuthorizerFault('rule_error', 'x'), { code: 7 });
    expect(await decide(throwing(odd), restTokenEvent())).to.include({ code: undefined });
  });

  it('returns a fault for an event that no gateway sends, even if the handler answers it', async () => {
    for (const event of [{}, null, undefined, 'event']) {
      const fault = { outcome: 'fault', code: 'unknown_event' };
      expect(await decide(authorizer(), event)).to.include(fault);
      expect(await decide(answering(policy('Allow', '*')), event)).to.include(fault);
    }
  });

  it('passes a whole Lambda context, and event and answer as JSON', async () => {
    const event = restTokenEvent();
    let context: object = {};
    const handler = async (received: { methodArn?: string }, given: object) => {
      context = given;
      delete received.methodArn;
      return { ...policy('Allow', '*'), context: { at: new Date(0), none: undefined } };
    };
    const decision = await decide(handler, event);
    expect(event).to.deep.equal(restTokenEvent());
    expect(decision).to.deep.include({ outcome: 'allow', context: { at: '1970-01-01T00:00:00.000Z' } });
    expect(context).to.include({ functionName: 'authorizer', functionVersion: '$LATEST' });
    expect(context)
      .to.have.property('getRemainingTimeInMillis')
      .that.satisfies((left: () => number) => left() > 0);
    expect(context).to.include.keys('done', 'fail', 'succeed', 'awsRequestId', 'logStreamName');
    for (const name of ['done', 'fail', 'succeed']) (context as Record<string, () => void>)[name]?.();
  });

  it('throws for a policy element that it cannot evaluate', async () => {
    const answer = policy('Allow', '*');
    const [statement] = answer.policyDocument.Statement;
    const policyDocument = { ...answer.policyDocument, Statement: [{ ...statement, Principal: '*' }] };
    const run = () => decide(answering({ ...answer, policyDocument }), restTokenEvent());
    expect(await optionErrorOf(run)).to.equal('policy.Statement[0].Principal');
  });

  it('throws for invalid options, methods and paths', async () => {
    const handler = authorizer();
    const event = restTokenEvent({ token: issuer.token() });
    const run = () => decide(handler, event, { ip: '192.0.2.1' } as ConditionContext);
    expect(await optionErrorOf(run)).to.equal('client.ip');
    expect(await optionErrorOf(() => decide(undefined as never, event))).to.equal('handler');
    const decisions = [
      await decide(handler, event),
      await decide(handler, restTokenEvent()),
      await decide(handler, {}),
      await decide(handler, webSocketEvent({ token: issuer.token() })),
    ];
    for (const { allowsFromCache } of decisions) {
      expect(await optionErrorOf(() => allowsFromCache('GET /orders', '/orders'))).to.equal('method');
      expect(await optionErrorOf(() => allowsFromCache(undefined as never, '/orders'))).to.equal('method');
      expect(await optionErrorOf(() => allowsFromCache('', '/orders'))).to.equal('method');
      expect(await optionErrorOf(() => allowsFromCache('GET', 'orders'))).to.equal('path');
      expect(await optionErrorOf(() => allowsFromCache('GET', '/orders?x=1'))).to.equal('path');
      expect(await optionErrorOf(() => allowsFromCache('GET', '/', { ip: 'x' } as never))).to.equal(
        'client.ip',
      );
    }
  });
});

describe('The client of decide and of allowsFromCache', () => {
  const handler = answering(policy('Allow', '*'));
  const event = restTokenEvent();

  const refused = async (client: object, option: string) => {
    const { allowsFromCache } = await decide(handler, event);
    expect(await optionErrorOf(() => decide(handler, event, client))).to.equal(option);
    expect(await optionErrorOf(() => allowsFromCache('GET', '/', client))).to.equal(option);
  };

  it('supplies the address of the conditions', async () => {
    for (const sourceIp of ['', 'nonsense', '192.0.2.0/24', 'test-invoke-source-ip', 7, null]) {
      await refused({ sourceIp }, 'client.sourceIp');
    }
  });

  it('takes seconds since the epoch and refuses milliseconds', async () => {
    for (const now of [Date.now(), 253_402_300_800, -1, Number.NaN, Infinity, '1795334400', new Date()]) {
      await refused({ now }, 'client.now');
    }
    for (const now of [0, 0.5, Date.now() / 1000, 253_402_300_799, undefined]) {
      const decision = await decide(handler, event, { now });
      expect(decision.allowsFromCache('GET', '/', { now })).to.equal(true);
    }
  });

  it('may write an address in any form', async () => {
    const conditional = authorizer({
      rules: { ip: { allow: ['192.0.2.0/24'] } },
      conditions: { sourceIp: true },
    });
    const event = restTokenEvent({ token: issuer.token() });
    for (const sourceIp of ['192.0.2.1', '192.0.2.1:443', '::ffff:192.0.2.1']) {
      const decision = await decide(conditional, event, { sourceIp });
      expect(decision.outcome, sourceIp).to.equal('allow');
      expect(decision.allowsFromCache('GET', '/orders', { sourceIp })).to.equal(true);
    }
  });
});

describe('A decision, replayed from the cache', () => {
  const REQUESTS = [
    ['GET', '/orders'],
    ['GET', '/orders/7'],
    ['POST', '/orders'],
    ['DELETE', '/orders'],
    ['GET', '/health'],
    ['GET', '/'],
  ] as const;
  const BUILDERS = EVERY_GATEWAY.filter(
    ({ kind, httpApiResponse }) => /^(?:rest|http)/.test(kind) && httpApiResponse === undefined,
  );

  for (const { name, event } of BUILDERS) {
    it(`agrees on ${name} with the decision of the authorizer`, async () => {
      const handler = authorizer({ routes: ROUTES, undeclared: 'deny' });
      const allowed: boolean[] = [];
      for (const claims of [READER, WRITER, {}]) {
        const token = issuer.token(claims);
        const options = (method: string, path: string): EventOptions => ({
          token,
          method,
          path,
          stage: 'live',
        });
        for (const [method, path] of REQUESTS) {
          const first = await decide(handler, event(options(method, path)));
          for (const [otherMethod, otherPath] of REQUESTS) {
            const { outcome } = await decide(handler, event(options(otherMethod, otherPath)));
            const what = `${method} ${path}, then ${otherMethod} ${otherPath}`;
            expect(first.allowsFromCache(otherMethod, otherPath), what).to.equal(outcome === 'allow');
            allowed.push(outcome === 'allow');
          }
        }
      }
      expect(allowed).to.include(true).and.include(false);
    });
  }

  it('evaluates the policy of one request for another', async () => {
    const handler = answering(policy('Allow', restTokenEvent({ path: '/orders' }).methodArn));
    const decision = await decide(handler, restTokenEvent({ path: '/orders' }));
    expect(decision.allowsFromCache('get', '/orders')).to.equal(true);
    expect(decision.allowsFromCache('POST', '/orders')).to.equal(false);
    expect(decision.allowsFromCache('GET', '/health')).to.equal(false);
  });

  it('does not allow a refused path', async () => {
    const handler = authorizer({ routes: ROUTES, undeclared: 'deny' });
    const event = restRequestEvent({ token: issuer.token(READER), path: '/nowhere' });
    const decision = await decide(handler, event);
    expect(decision).to.include({ outcome: 'deny', refusal: 'route_not_found' });
    // The policy allows other requests, which must not carry the code.
    expect(decision).not.to.have.nested.property('answer.context.refusal');
    expect(decision.allowsFromCache('GET', '/orders')).to.equal(true);
    expect(decision.allowsFromCache('POST', '/orders')).to.equal(false);
    expect(decision.allowsFromCache('GET', '/nowhere')).to.equal(false);
  });

  it('allows every route after a simple response', async () => {
    const handler = authorizer({ routes: ROUTES, httpApiResponse: 'simple' });
    const event = (path: string) => httpApi2Event({ token: issuer.token(READER), path });
    expect((await decide(handler, event('/health'))).allowsFromCache('POST', '/orders')).to.equal(true);
    const posting = httpApi2Event({ token: issuer.token(READER), path: '/orders', method: 'POST' });
    expect((await decide(handler, posting)).allowsFromCache('GET', '/health')).to.equal(false);
  });

  it('uses the address of the client if the policy has a condition on it', async () => {
    const handler = authorizer({
      rules: { ip: { allow: ['192.0.2.0/24'] } },
      conditions: { sourceIp: true },
    });
    const token = issuer.token();
    const event = restTokenEvent({ token });
    expect(await decide(handler, event)).to.include({ outcome: 'deny' });
    const office = await decide(handler, event, { sourceIp: '192.0.2.1' });
    expect(office.outcome).to.equal('allow');
    expect(office.allowsFromCache('GET', '/orders')).to.equal(true);
    expect(office.allowsFromCache('GET', '/orders', { sourceIp: '198.51.100.1' })).to.equal(false);
    const request = restRequestEvent({ token, sourceIp: '192.0.2.1' });
    const decision = await decide(handler, request);
    expect(decision.outcome).to.equal('allow');
    expect(decision.allowsFromCache('GET', '/orders', { sourceIp: '198.51.100.1' })).to.equal(false);
  });

  it('ends with the token if the policy has a condition on the time', async () => {
    const handler = authorizer({ conditions: { tokenExpiry: true } });
    const exp = Math.floor(Date.now() / 1000) + 60;
    const decision = await decide(handler, restTokenEvent({ token: issuer.token({ exp }) }));
    expect(decision.outcome).to.equal('allow');
    expect(decision.allowsFromCache('GET', '/orders')).to.equal(true);
    expect(decision.allowsFromCache('GET', '/orders', { now: exp + 60 })).to.equal(false);
    const event = restTokenEvent({ token: issuer.token({ exp }) });
    expect(await decide(handler, event, { now: exp + 60 })).to.include({ outcome: 'deny' });
  });
});
