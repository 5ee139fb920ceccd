import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { callOf } from '../../lib/local-gateway/call.ts';
import { gatewayModel, type ModelOptions } from '../../lib/local-gateway/gateway-model.ts';
import type { LambdaFunction } from '../../lib/local-gateway/local-gateway.ts';
import { gatewayResponses } from '../../lib/responses.ts';
import { createTestIssuer, type TestIssuer } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

/** What Lambda and the client see of two requests with a bad token, and of one with a good token that may not do this. */
interface Seen {
  readonly untrusted: number;
  readonly forbidden: number;
  /** Lambda's metric `Errors` after all three. */
  readonly errors: number;
  readonly invocations: number;
}

const TARGETS: Readonly<Record<string, string>> = { websocket: '/prod', 'appsync-graphql': '/graphql' };

const RULES: AuthorizerOptions = { rules: { scopes: ['read:orders'] }, logger: false };

describe('401, and what Lambda counts as an error', () => {
  let issuer: TestIssuer;
  before(async () => {
    issuer = await createTestIssuer();
  });

  async function seen(
    gateway: Omit<ModelOptions, 'authorizer'>,
    options: AuthorizerOptions = {},
  ): Promise<Seen> {
    const handler = middy().use(
      auth0Authorizer({ ...RULES, ...options, ...issuer.options }),
    ) as LambdaFunction;
    let errors = 0;
    const authorizer: LambdaFunction = async (event, context) => {
      try {
        return await handler(event, context);
      } catch (error) {
        errors += 1;
        throw error;
      }
    };
    const model = gatewayModel({ ...gateway, authorizer });
    const good = await issuer.token.user({ scope: 'read:others' });
    const bad = `${good.slice(0, -8)}AAAAAAAA`;
    const statusOf = async (token: string) => {
      const call = callOf({
        method: gateway.kind === 'appsync-graphql' ? 'POST' : 'GET',
        target: TARGETS[gateway.kind] ?? '/orders',
        rawHeaders: ['Authorization', `Bearer ${token}`],
        host: 'localhost',
        viewer: { address: '192.0.2.1' },
        time: Date.now(),
        body: '{"query":"{ orders { id } }"}',
      });
      return (await model.answer(call)).answer.status;
    };
    const untrusted = await statusOf(bad);
    expect(await statusOf(bad)).to.equal(untrusted);
    const forbidden = await statusOf(good);
    return { untrusted, forbidden, errors, invocations: model.invocations };
  }

  const rest = { ttl: 300, identitySources: ['method.request.header.Authorization'] };
  const http = { ttl: 300, identitySources: ['$request.header.Authorization'] };
  const socket = { ttl: 300, identitySources: ['route.request.header.Authorization'] };

  it('REST: a thrown 401 is an error each time; a denial is none, is cached, and is a 403 or the status of all denials', async () => {
    const kind = 'rest-request';
    const thrown = { untrusted: 401, forbidden: 403, errors: 2, invocations: 3 };
    const denied = { untrusted: 403, forbidden: 403, errors: 0, invocations: 2 };
    const responses = gatewayResponses({ deniedStatus: 401 }).openApi;
    expect(await seen({ kind, caching: rest })).to.deep.equal(thrown);
    expect(await seen({ kind, caching: rest }, { unauthorized: 'deny' })).to.deep.equal(denied);
    const own = await seen({ kind, caching: rest, responses }, { unauthorized: 'deny' });
    expect(own).to.deep.equal({ untrusted: 401, forbidden: 401, errors: 0, invocations: 2 });
  });

  it('HTTP: a denial is a 403, no error, and cached, with a policy or a simple response', async () => {
    const denied = { untrusted: 403, forbidden: 403, errors: 0, invocations: 2 };
    expect(await seen({ kind: 'http-api-2.0', caching: http })).to.deep.equal(denied);
    expect(await seen({ kind: 'http-api-1.0', caching: http })).to.deep.equal(denied);
    const simple = await seen(
      { kind: 'http-api-2.0', caching: http, simpleResponses: true },
      { httpApiResponse: 'simple' },
    );
    expect(simple).to.deep.equal(denied);
  });

  it('WebSocket: a thrown 401 is an error each time; a denial is a 403 and no error; nothing is cached', async () => {
    const kind = 'websocket';
    expect(await seen({ kind, caching: socket })).to.deep.equal({
      untrusted: 401,
      forbidden: 403,
      errors: 2,
      invocations: 3,
    });
    expect(await seen({ kind, caching: socket }, { unauthorized: 'deny' })).to.deep.equal({
      untrusted: 403,
      forbidden: 403,
      errors: 0,
      invocations: 3,
    });
  });

  it('AppSync: one answer for both, and no error', async () => {
    const { untrusted, forbidden, errors } = await seen({ kind: 'appsync-graphql' });
    expect({ untrusted, forbidden, errors }).to.deep.equal({ untrusted: 401, forbidden: 401, errors: 0 });
  });
});
