import { expect } from 'chai';
import fc from 'fast-check';
import { callerOf } from '../../lib/backend.ts';
import { type AuthorizerContext, auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, decide } from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { middy } from '../support/middy.ts';

/** The event of a backend function that gets this context, as each API writes it. */
const BACKENDS = {
  rest: (context: object) => ({
    httpMethod: 'GET',
    requestContext: { authorizer: { principalId: 'auth0|test', integrationLatency: 12, ...texts(context) } },
  }),
  http: (lambda: object | null) => ({ version: '2.0', requestContext: { authorizer: { lambda } } }),
  httpOne: (context: object) => ({ version: '1.0', requestContext: { authorizer: context } }),
  websocket: (context: object) => ({
    requestContext: { eventType: 'MESSAGE', authorizer: { principalId: 'auth0|test', ...texts(context) } },
  }),
  graphql: (resolverContext: object | null) => ({ arguments: {}, info: {}, identity: { resolverContext } }),
  events: (handlerContext: object) => ({ info: {}, identity: { handlerContext } }),
};

/** REST and WebSocket APIs turn every value into text. */
function texts(context: object): object {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key, String(value)]));
}

const BACKEND_OF = {
  'rest-token': BACKENDS.rest,
  'rest-request': BACKENDS.rest,
  'http-api-1.0': BACKENDS.http,
  'http-api-2.0': BACKENDS.http,
  websocket: BACKENDS.websocket,
  'appsync-graphql': BACKENDS.graphql,
  'appsync-events': BACKENDS.events,
};

describe('callerOf', () => {
  const issuer = createTestIssuer();

  for (const { kind, name, event, httpApiResponse = 'iam' } of EVERY_GATEWAY) {
    describe(`behind ${name}`, () => {
      /** What a backend reads after the authorizer answered with a context. */
      async function arrived(options: object, claims: object = {}): Promise<unknown> {
        const handler = middy().use(
          auth0Authorizer({ ...issuer.options, httpApiResponse, logger: false, ...options }),
        );
        const decision = await decide(handler, event({ token: issuer.token({ ...claims }) }));
        if (decision.outcome !== 'allow') throw new Error(`not an allow: ${JSON.stringify(decision)}`);
        return callerOf(JSON.parse(JSON.stringify(BACKEND_OF[kind](decision.context))));
      }

      it('returns the default context', async () => {
        const claims = { scope: 'openid read:orders', permissions: ['read:orders', 'write:orders'] };
        expect(await arrived({}, claims)).to.deep.equal({ sub: 'auth0|test', ...claims });
        expect(await arrived({}, { permissions: [] })).to.deep.equal({ sub: 'auth0|test', permissions: [] });
        expect(await arrived({ context: false })).to.deep.equal({});
      });

      it('returns leftOut if there was no room', async () => {
        if (kind.startsWith('appsync')) return;
        const permissions = Array.from({ length: 600 }, (_, n) => `read:thing-${n}`);
        const caller = await arrived({}, { permissions });
        expect(caller).to.deep.equal({ sub: 'auth0|test', leftOut: 'permissions' });
      });

      it('restores the type of every value', async () => {
        const context: AuthorizerContext = {
          text: 'gold',
          empty: '',
          yes: true,
          no: false,
          zero: 0,
          half: -0.5,
          large: 1e21,
          list: ['a', 'ü', 1],
          none: [],
          object: { a: { b: [null, true] } },
          'a number %': '42',
          'https://example.com/flag': 'true',
          base64: 'e30',
          broken: 'W1broken',
          token: 'eyJhbGciOiJSUzI1NiJ9',
        };
        expect(await arrived({ context: () => context })).to.deep.equal(context);
      });

      it('restores any context', async () => {
        const value = fc.oneof(
          fc.string(),
          fc.constantFrom('true', 'false', '1', '-1e5', 'e30', 'W10', 'Wy', 'eyJ9'),
          fc.boolean(),
          fc.integer(),
          fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
          fc.array(fc.string(), { maxLength: 4 }),
          fc.dictionary(fc.string({ maxLength: 4 }), fc.integer(), { maxKeys: 3, noNullPrototype: true }),
        );
        const key = fc.string({ maxLength: 6 }).map((text) => `k${text}`);
        await fc.assert(
          fc.asyncProperty(
            fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true }),
            async (context) => {
              expect(await arrived({ context: () => context })).to.deep.equal(context);
            },
          ),
          { numRuns: 60 },
        );
      });
    });
  }

  it('returns text that only begins like encoded JSON unchanged', () => {
    expect(callerOf(BACKENDS.rest({ plan: 'Wybroken' }))).to.have.property('plan', 'Wybroken');
  });

  it('finds the context in both places where payload format 1.0 of HTTP APIs may have it', () => {
    const context = { sub: 'auth0|test', admin: true };
    expect(callerOf(BACKENDS.httpOne(context))).to.deep.equal(context);
    expect(callerOf(BACKENDS.httpOne({ claims: null, scopes: null, ...context }))).to.deep.equal(context);
    expect(callerOf(BACKENDS.httpOne({ lambda: context }))).to.deep.equal(context);
  });

  it('leaves out what serverless-offline decodes from the token itself', () => {
    const added = { claims: { sub: 'x' }, scopes: ['a'] };
    const authorizer = { principalId: 'x', sub: 'auth0|test', ...added };
    expect(callerOf({ requestContext: { authorizer } })).to.deep.equal({ sub: 'auth0|test' });
    const http = { lambda: { sub: 'auth0|test' }, jwt: added };
    expect(callerOf({ requestContext: { authorizer: http } })).to.deep.equal({ sub: 'auth0|test' });
  });

  it('returns an empty object if the authorizer answered without a context', () => {
    for (const event of [
      BACKENDS.rest({}),
      BACKENDS.http({}),
      BACKENDS.http(null),
      BACKENDS.websocket({}),
      BACKENDS.graphql({}),
      BACKENDS.graphql(null),
    ]) {
      expect(callerOf(event), JSON.stringify(event)).to.deep.equal({});
    }
  });

  it('returns null if no Lambda authorizer answered', () => {
    const claims = { sub: 'x' };
    for (const event of [
      {},
      null,
      'text',
      { requestContext: {} },
      { requestContext: { authorizer: null } },
      { requestContext: { authorizer: {} } },
      { requestContext: { authorizer: { claims } } },
      { requestContext: { authorizer: { claims: null, scopes: null } } },
      { requestContext: { authorizer: { jwt: { claims, scopes: [] } } } },
      { requestContext: { authorizer: { iam: { userArn: 'arn' } } } },
      { identity: null },
      { identity: { sub: 'x', claims } },
    ]) {
      expect(callerOf(event), JSON.stringify(event)).to.equal(null);
    }
  });

  it('keeps context keys that other authorizers use too', () => {
    const context = { lambda: 'a', jwt: 'b', iam: 'c', scopes: 'd' };
    expect(callerOf(BACKENDS.rest(context))).to.deep.equal(context);
  });

  it('keeps texts that only look encoded, from an authorizer that lists none', () => {
    const context = { broken: 'W1broken', short: 'Wy', text: 'auth0|7' };
    expect(callerOf(BACKENDS.rest(context))).to.deep.equal(context);
  });

  it('reads a forged event without a prototype of its sender', () => {
    const forged = JSON.parse(
      '{"requestContext":{"authorizer":{"lambda":{"__proto__":{"admin":true},"textKeys":"%zz %"}}}}',
    );
    const caller = callerOf(forged) as { admin?: unknown };
    expect(Object.getPrototypeOf(caller)).to.equal(Object.prototype);
    expect(caller.admin).to.equal(undefined);
  });
});
