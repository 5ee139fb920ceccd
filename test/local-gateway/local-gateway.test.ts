import http from 'node:http';
import { expect } from 'chai';
import { auth0Authorizer } from '../../lib/index.ts';
import {
  type Exchange,
  type LocalGateway,
  type LocalGatewayOptions,
  startLocalGateway,
} from '../../lib/local-gateway/local-gateway.ts';
import { createTestIssuer, lambdaContext } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: any;
}

const policy = (Effect: string, Resource: string | string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }],
});
const STAGE = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod';
const allow = (resource: string | string[], context = {}) => ({
  principalId: 'user',
  policyDocument: policy('Allow', resource),
  context,
});
const ALLOW_ALL = allow('arn:aws:execute-api:*:*:*');
const bearer = { authorization: 'Bearer token' };

describe('the local gateway', () => {
  const open: LocalGateway[] = [];
  let events: any[] = [];
  let exchanges: Exchange[] = [];

  /** Starts a gateway whose authorizer answers `answer`, or what `answer` makes of the event. */
  async function start(
    options: Omit<LocalGatewayOptions, 'authorizer'>,
    answer: unknown | ((event: any) => unknown) = ALLOW_ALL,
  ): Promise<LocalGateway> {
    const authorizer = async (event: any) => {
      events.push(event);
      return typeof answer === 'function' ? answer(event) : answer;
    };
    const gateway = await startLocalGateway({
      ...options,
      authorizer,
      onExchange: (exchange) => exchanges.push(exchange),
    });
    open.push(gateway);
    return gateway;
  }

  function send(
    gateway: LocalGateway,
    target: string,
    { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {},
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const { port } = new URL(gateway.url);
      const options = { host: '127.0.0.1', port, path: target, method, headers: { ...headers } };
      const request = http.request(options, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) });
      });
      request.on('upgrade', (response, socket, head) => {
        const chunks = [head];
        socket.on('data', (chunk) => chunks.push(chunk));
        socket.on('end', () => {
          socket.end();
          const message = Buffer.concat(chunks);
          // A short text frame: two bytes of head and the payload, then the close frame of four bytes.
          const body = JSON.parse(message.subarray(2, message.length - 4).toString());
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      });
      request.on('error', reject).end(body);
    });
  }

  beforeEach(() => {
    events = [];
    exchanges = [];
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((gateway) => gateway.close()));
  });

  describe('answers', () => {
    const REST = { kind: 'rest-request' } as const;
    const HTTP = { kind: 'http-api-2.0' } as const;

    it('passes the context as strings to the backend on REST', async () => {
      const gateway = await start(REST, allow(`${STAGE}/*`, { level: 3, staff: true }));
      const reply = await send(gateway, '/orders', { headers: bearer });
      expect(reply.status).to.equal(200);
      expect(reply.body.authorizer).to.deep.equal({ principalId: 'user', level: '3', staff: 'true' });
    });

    it('passes lists and numbers under `lambda` on HTTP APIs', async () => {
      const gateway = await start(HTTP, { ...ALLOW_ALL, context: { roles: ['a'], level: 3 } });
      const reply = await send(gateway, '/orders', { headers: bearer });
      expect(reply.body.authorizer).to.deep.equal({ lambda: { roles: ['a'], level: 3 } });
    });

    for (const [kind, headers, message] of [
      ['rest-request', { 'x-amzn-errortype': 'UnauthorizedException' }, 'Unauthorized'],
      ['rest-token', { 'x-amzn-errortype': 'UnauthorizedException' }, 'Unauthorized'],
    ] as const) {
      it(`answers 401 to a thrown Unauthorized on ${kind}`, async () => {
        const gateway = await start({ kind }, () => Promise.reject(new Error('Unauthorized')));
        const reply = await send(gateway, '/orders', { headers: bearer });
        expect(reply.status).to.equal(401);
        expect(reply.body).to.deep.equal({ message });
        expect(reply.headers).to.include(headers);
      });
    }

    it('answers 500 to another spelling of Unauthorized', async () => {
      const gateway = await start(REST, () => Promise.reject(new Error('unauthorized')));
      expect((await send(gateway, '/', { headers: bearer })).status).to.equal(500);
    });

    it('answers 500 to any thrown error on HTTP APIs', async () => {
      const gateway = await start(HTTP, () => Promise.reject(new Error('Unauthorized')));
      const reply = await send(gateway, '/', { headers: bearer });
      expect(reply.status).to.equal(500);
      expect(reply.body).to.deep.equal({ message: 'Internal Server Error' });
    });

    it('answers an explicit and an implicit deny differently on REST', async () => {
      const denied = await start(REST, { principalId: 'user', policyDocument: policy('Deny', '*') });
      const unmatched = await start(REST, allow(`${STAGE}/GET/other`));
      const explicit = await send(denied, '/orders', { headers: bearer });
      const implicit = await send(unmatched, '/orders', { headers: bearer });
      expect([explicit.status, implicit.status]).to.deep.equal([403, 403]);
      expect(explicit.body.Message).to.match(/with an explicit deny/);
      expect(implicit.body.Message).not.to.match(/explicit/);
      expect(implicit.headers).to.include({ 'x-amzn-errortype': 'AccessDeniedException' });
    });

    it('answers Forbidden on HTTP APIs', async () => {
      const gateway = await start(HTTP, { principalId: 'user', policyDocument: policy('Deny', '*') });
      const reply = await send(gateway, '/orders', { headers: bearer });
      expect(reply.status).to.equal(403);
      expect(reply.body).to.deep.equal({ message: 'Forbidden' });
    });

    it('answers a path without a route without invoking the authorizer', async () => {
      const routes = ['GET /orders'];
      const rest = await start({ ...REST, routes });
      const httpApi = await start({ ...HTTP, routes });
      const missing = await send(rest, '/nothing', { headers: bearer });
      expect(missing.status).to.equal(403);
      expect(missing.body).to.deep.equal({ message: 'Missing Authentication Token' });
      expect((await send(httpApi, '/nothing', { headers: bearer })).status).to.equal(404);
      expect(events).to.deep.equal([]);
    });

    for (const [what, answer] of [
      ['no answer', undefined],
      ['no policy', { principalId: 'user' }],
      ['no principalId', { policyDocument: policy('Allow', '*') }],
      ['a policy that is text', { principalId: 'user', policyDocument: 'Allow' }],
      ['a policy that IAM would not take', { principalId: 'user', policyDocument: policy('Perhaps', '*') }],
      ['a resource of more than 512 characters', allow(`${STAGE}/${'x'.repeat(512)}`)],
      ['more than 8 KB', allow(`${STAGE}/*`, { text: 'x'.repeat(8192) })],
      ['a context with an object in it', allow(`${STAGE}/*`, { roles: ['a'] })],
    ] as const) {
      it(`answers 500 to ${what}`, async () => {
        const gateway = await start(REST, () => answer);
        const reply = await send(gateway, '/orders', { headers: bearer });
        expect(reply.status).to.equal(500);
        expect(reply.body).to.deep.equal({ message: null });
        expect(exchanges[0]?.error).to.be.a('string').that.is.not.empty;
      });
    }

    it('answers 400 to a malformed method or target', async () => {
      const gateway = await start(HTTP);
      expect((await send(gateway, '/', { method: 'M-SEARCH', headers: bearer })).status).to.equal(400);
      expect((await send(gateway, '/a#b', { headers: bearer })).status).to.equal(400);
      expect((await send(gateway, '*', { method: 'OPTIONS', headers: bearer })).status).to.equal(400);
      expect(events).to.deep.equal([]);
    });

    it('answers 500 if the authorizer takes too long', async () => {
      const gateway = await start({ ...REST, timeout: 20 }, () => new Promise(() => {}));
      expect((await send(gateway, '/orders', { headers: bearer })).status).to.equal(500);
      expect(exchanges[0]?.error).to.match(/timed out/);
    });
  });

  describe('simple responses', () => {
    const SIMPLE = { kind: 'http-api-2.0', simpleResponses: true } as const;

    it('allow on true and forbid on false', async () => {
      const yes = await start(SIMPLE, { isAuthorized: true, context: { level: 3 } });
      const no = await start(SIMPLE, { isAuthorized: false });
      expect((await send(yes, '/', { headers: bearer })).body.authorizer.lambda).to.deep.equal({ level: 3 });
      expect((await send(no, '/', { headers: bearer })).status).to.equal(403);
    });

    it('must be a boolean', async () => {
      const gateway = await start(SIMPLE, { isAuthorized: 'true' });
      expect((await send(gateway, '/', { headers: bearer })).status).to.equal(500);
    });

    it('allow every route from the cache unless the route is part of the key', async () => {
      const judge = (event: any) => ({ isAuthorized: event.routeKey === 'GET /a' });
      const routes = ['GET /a', 'GET /b'];
      const header = '$request.header.Authorization';
      const loose = await start(
        { ...SIMPLE, routes, caching: { ttl: 60, identitySources: [header] } },
        judge,
      );
      const identitySources = [header, '$context.routeKey'];
      const tight = await start({ ...SIMPLE, routes, caching: { ttl: 60, identitySources } }, judge);
      for (const [gateway, statuses] of [
        [loose, [200, 200]],
        [tight, [200, 403]],
      ] as const) {
        const first = await send(gateway, '/a', { headers: bearer });
        const second = await send(gateway, '/b', { headers: bearer });
        expect([first.status, second.status]).to.deep.equal(statuses);
      }
    });
  });

  describe('identity sources', () => {
    for (const kind of ['rest-token', 'http-api-1.0', 'http-api-2.0', 'websocket'] as const) {
      it(`are required on ${kind}: answers 401 without invoking the authorizer`, async () => {
        const gateway = await start({ kind });
        const headers = kind === 'websocket' ? HANDSHAKE : {};
        const reply = await send(gateway, '/orders', { headers });
        expect(reply.status).to.equal(401);
        expect(reply.body).to.deep.equal({ message: 'Unauthorized' });
        expect(gateway.invocations).to.equal(0);
      });
    }

    it('are required by a REST REQUEST authorizer only while caching is on', async () => {
      const identitySources = ['method.request.header.Authorization'];
      const cached = await start({ kind: 'rest-request', caching: { ttl: 300, identitySources } });
      const uncached = await start({ kind: 'rest-request', caching: { ttl: 0, identitySources } });
      expect((await send(cached, '/')).status).to.equal(401);
      expect((await send(uncached, '/')).status).to.equal(200);
      expect([cached.invocations, uncached.invocations]).to.deep.equal([0, 1]);
    });

    it('count as missing when empty', async () => {
      const gateway = await start({ kind: 'http-api-2.0' });
      expect((await send(gateway, '/', { headers: { authorization: '' } })).status).to.equal(401);
    });

    for (const [kind, identitySource] of [
      ['rest-token', 'method.request.querystring.token'],
      ['rest-request', '$request.header.Authorization'],
      ['http-api-2.0', 'method.request.header.Authorization'],
      ['http-api-2.0', '$context.nothing'],
      ['appsync-graphql', '$request.header.Authorization'],
    ] as const) {
      it(`are refused at start-up if ${kind} has no '${identitySource}'`, async () => {
        const caching = { ttl: 300, identitySources: [identitySource] };
        const error = await startLocalGateway({ kind, authorizer: () => null, caching }).catch((e) => e);
        expect(error).to.be.instanceOf(TypeError);
      });
    }
  });

  describe('the cache', () => {
    const caching = { ttl: 300, identitySources: ['method.request.header.Authorization'] };

    it('evaluates a cached policy for the ARN of the next request', async () => {
      const gateway = await start({ kind: 'rest-request', caching }, (event: any) => allow(event.methodArn));
      const first = await send(gateway, '/a', { headers: bearer });
      const other = await send(gateway, '/b', { headers: bearer });
      const again = await send(gateway, '/a', { headers: bearer });
      expect([first.status, other.status, again.status]).to.deep.equal([200, 403, 200]);
      expect(exchanges.map(({ cached }) => cached)).to.deep.equal([false, true, true]);
      expect(gateway.invocations).to.equal(1);
    });

    it('uses the raw header value as the key', async () => {
      const gateway = await start({ kind: 'rest-token', caching });
      await send(gateway, '/', { headers: { authorization: 'Bearer x' } });
      await send(gateway, '/', { headers: { authorization: 'bearer x' } });
      expect(gateway.invocations).to.equal(2);
    });

    it('drops an answer after its TTL', async () => {
      let now = 1_700_000_000_000;
      const gateway = await start({ kind: 'rest-token', caching, now: () => now });
      await send(gateway, '/', { headers: bearer });
      now += 299_999;
      await send(gateway, '/', { headers: bearer });
      expect(gateway.invocations).to.equal(1);
      now += 1;
      await send(gateway, '/', { headers: bearer });
      expect(gateway.invocations).to.equal(2);
    });

    it('keeps denials, with their context', async () => {
      const denial = { principalId: 'user', policyDocument: policy('Deny', '*'), context: { refusal: 'x' } };
      const gateway = await start({ kind: 'rest-token', caching }, denial);
      await send(gateway, '/', { headers: bearer });
      expect((await send(gateway, '/', { headers: bearer })).status).to.equal(403);
      expect(gateway.invocations).to.equal(1);
      expect(exchanges[1]).to.deep.include({ cached: true, context: { refusal: 'x' } });
    });

    it('does not keep errors and malformed answers', async () => {
      const answers = [() => Promise.reject(new Error('Unauthorized')), () => ({}), () => ALLOW_ALL];
      const gateway = await start({ kind: 'rest-token', caching }, () => answers.shift()?.());
      const statuses = [];
      for (let count = 0; count < 3; count += 1) {
        statuses.push((await send(gateway, '/', { headers: bearer })).status);
      }
      expect(statuses).to.deep.equal([401, 500, 200]);
    });

    it('does not exist on WebSocket', async () => {
      const sources = { ttl: 300, identitySources: ['route.request.querystring.token'] };
      const gateway = await start({ kind: 'websocket', caching: sources });
      await send(gateway, '/?token=x', { headers: HANDSHAKE });
      await send(gateway, '/?token=x', { headers: HANDSHAKE });
      expect(gateway.invocations).to.equal(2);
    });

    it('keeps an AppSync answer no longer than its ttlOverride', async () => {
      let now = 1_700_000_000_000;
      const appSync = { ttl: 300, identitySources: [] };
      const gateway = await start(
        { kind: 'appsync-graphql', caching: appSync, now: () => now },
        (event: any) => ({
          isAuthorized: true,
          ttlOverride: event.authorizationToken === 'never' ? 0 : 60,
        }),
      );
      const ask = (authorization: string) =>
        send(gateway, '/graphql', { method: 'POST', headers: { authorization }, body: '{}' });
      await ask('never');
      await ask('never');
      expect(gateway.invocations).to.equal(2);
      await ask('a minute');
      now += 59_999;
      await ask('a minute');
      expect(gateway.invocations).to.equal(3);
      now += 1;
      await ask('a minute');
      expect(gateway.invocations).to.equal(4);
    });

    it('answers 500 on HTTP API 1.0 if a cached context value is JSON text', async () => {
      const sources = { ttl: 300, identitySources: ['$request.header.Authorization'] };
      const answer = { ...ALLOW_ALL, context: { roles: '["a"]' } };
      const gateway = await start({ kind: 'http-api-1.0', caching: sources }, answer);
      expect((await send(gateway, '/', { headers: bearer })).status).to.equal(200);
      expect((await send(gateway, '/', { headers: bearer })).status).to.equal(500);
    });
  });

  describe('events', () => {
    it('carry only the header and the ARN for a TOKEN authorizer', async () => {
      const gateway = await start({ kind: 'rest-token' });
      await send(gateway, '/orders/7?x=1', { method: 'POST', headers: bearer });
      expect(events).to.deep.equal([
        { type: 'TOKEN', methodArn: `${STAGE}/POST/orders/7`, authorizationToken: 'Bearer token' },
      ]);
    });

    it('carry the path as sent, with every header and parameter', async () => {
      const gateway = await start({ kind: 'rest-request', routes: ['ANY /{proxy+}'] });
      await send(gateway, '/a%2Fb//c/../d?x=1&x=2', { headers: { 'X-Twice': ['1', '2'], ...bearer } });
      const [event] = events;
      expect(event.methodArn).to.equal(`${STAGE}/GET/a%2Fb//c/../d`);
      expect(event.resource).to.equal('/{proxy+}');
      expect(event.pathParameters).to.deep.equal({ proxy: 'a%2Fb//c/../d' });
      expect(event.multiValueHeaders['X-Twice']).to.deep.equal(['1', '2']);
      expect(event.headers['X-Twice']).to.equal('2');
      expect(event.multiValueQueryStringParameters).to.deep.equal({ x: ['1', '2'] });
      expect(event.requestContext.identity.sourceIp).to.equal('127.0.0.1');
      expect(event).not.to.have.property('version');
    });

    it('carry lower-case joined headers, separate cookies and no empty maps on HTTP API 2.0', async () => {
      const gateway = await start({ kind: 'http-api-2.0', routes: ['GET /users/{id}', '$default'] });
      await send(gateway, '/users/7', { headers: { 'X-Twice': ['1', '2'], Cookie: 'a=1; b=2', ...bearer } });
      await send(gateway, '/elsewhere', { method: 'PUT', headers: bearer });
      const [named, fallback] = events;
      expect(named).to.deep.include({
        version: '2.0',
        routeKey: 'GET /users/{id}',
        identitySource: ['Bearer token'],
        cookies: ['a=1', 'b=2'],
        pathParameters: { id: '7' },
      });
      expect(named.routeArn).to.match(/\/\$default\/GET\/users\/7$/);
      expect(named.headers).to.include({ 'x-twice': '1,2' }).and.not.have.property('cookie');
      expect(fallback.routeKey).to.equal('$default');
      expect(fallback.routeArn).to.match(/\/\$default\/PUT\/elsewhere$/);
      for (const absent of ['cookies', 'queryStringParameters', 'pathParameters', 'methodArn']) {
        expect(fallback).not.to.have.property(absent);
      }
    });

    it('carry version 1.0 and the joined identity source on HTTP API 1.0', async () => {
      const gateway = await start({ kind: 'http-api-1.0' });
      await send(gateway, '/orders', { headers: bearer });
      expect(events[0]).to.deep.include({
        version: '1.0',
        identitySource: 'Bearer token',
        authorizationToken: 'Bearer token',
        httpMethod: 'GET',
      });
    });

    it('carry the address and headers of the edge, not those of the client', async () => {
      const viewer = () => ({
        address: '192.0.2.7',
        headers: { 'CloudFront-Viewer-Country': 'DE' },
        drops: ['x-secret'],
      });
      const gateway = await start({ kind: 'rest-request', viewer });
      const headers = { 'cloudfront-viewer-country': 'US', 'X-Secret': 'x', ...bearer };
      await send(gateway, '/orders', { headers });
      const [event] = events;
      expect(event.requestContext.identity.sourceIp).to.equal('192.0.2.7');
      expect(event.headers).to.include({ 'CloudFront-Viewer-Country': 'DE' });
      expect(Object.keys(event.headers)).not.to.include.members(['cloudfront-viewer-country', 'X-Secret']);
    });
  });

  describe('routing', () => {
    it('prefers literal to parameter to greedy, and a method to ANY', async () => {
      const routes = ['ANY /{proxy+}', 'GET /users/{id}', 'ANY /users/{id}', 'GET /users/me'];
      const gateway = await start({ kind: 'http-api-2.0', routes });
      for (const [method, path] of [
        ['GET', '/users/me'],
        ['GET', '/users/7'],
        ['PUT', '/users/me'],
        ['GET', '/users/7/x'],
      ] as const) {
        await send(gateway, path, { method, headers: bearer });
      }
      expect(exchanges.map(({ route }) => route)).to.deep.equal([
        'GET /users/me',
        'GET /users/{id}',
        'ANY /users/{id}',
        'ANY /{proxy+}',
      ]);
    });

    /** The route of each path, GET. */
    async function routesOf(kind: 'rest-request' | 'http-api-2.0', routes: string[], paths: string[]) {
      const gateway = await start({ kind, routes });
      for (const path of paths) await send(gateway, path, { headers: bearer });
      return exchanges.splice(0).map(({ route }) => route);
    }

    it('passes over a resource that lacks the method', async () => {
      const routes = ['ANY /{proxy+}', 'POST /admin'];
      for (const kind of ['rest-request', 'http-api-2.0'] as const) {
        expect(await routesOf(kind, routes, ['/admin'])).to.deep.equal(['ANY /{proxy+}']);
      }
    });

    it('ignores a final slash on REST, and keeps it on HTTP APIs', async () => {
      const routes = ['GET /files', 'GET /files/{proxy+}', 'ANY /{proxy+}'];
      const paths = ['/files', '/files/', '//files', '/other/', '/'];
      expect(await routesOf('rest-request', routes, paths)).to.deep.equal([
        'GET /files',
        'GET /files',
        'GET /files',
        'ANY /{proxy+}',
        null,
      ]);
      expect(await routesOf('http-api-2.0', routes, paths)).to.deep.equal([
        'GET /files',
        'GET /files/{proxy+}',
        'ANY /{proxy+}',
        'ANY /{proxy+}',
        'ANY /{proxy+}',
      ]);
    });

    it('chooses a complete route before a greedy one on HTTP APIs', async () => {
      const routes = ['GET /tenants/public/{proxy+}', 'GET /tenants/{tenant}/secrets', '$default'];
      const paths = ['/tenants/public/secrets', '/tenants/public/x'];
      expect(await routesOf('http-api-2.0', routes, paths)).to.deep.equal([routes[1], routes[0]]);
      expect(await routesOf('rest-request', routes, paths)).to.deep.equal([routes[0], routes[0]]);
    });

    it('decodes the path once on HTTP APIs', async () => {
      const routes = ['GET /a/b', 'GET /{id}', '$default'];
      const paths = ['/a%2Fb', '/a%252Fb', '/%C3%A9', '/%E9'];
      expect(await routesOf('http-api-2.0', routes, paths)).to.deep.equal([
        'GET /a/b',
        'GET /{id}',
        'GET /{id}',
        'GET /{id}',
      ]);
      const [, encoded, accent] = events;
      expect(encoded).to.deep.include({ rawPath: '/a%2Fb', pathParameters: { id: 'a%2Fb' } });
      expect(accent).to.deep.include({ rawPath: '/é', pathParameters: { id: 'é' } });
      expect(await routesOf('rest-request', routes, paths)).to.deep.equal(Array(4).fill('GET /{id}'));
    });

    for (const [arnPath, path] of [
      ['as sent', '/a%20b'],
      ['decoded', '/a b'],
    ] as const) {
      it(`evaluates policies for the path ${arnPath}`, async () => {
        const resource = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/$default/GET';
        const gateway = await start({ kind: 'http-api-2.0', arnPath }, allow(`${resource}${path}`));
        expect((await send(gateway, '/a%20b', { headers: bearer })).status).to.equal(200);
        expect(events[0].routeArn).to.equal(`${resource}${path}`);
      });
    }
  });

  describe('WebSocket', () => {
    it('opens the connection if allowed and passes the context to the backend', async () => {
      const gateway = await start({ kind: 'websocket' }, allow(`${STAGE}/$connect`, { level: 3 }));
      const reply = await send(gateway, '/', { headers: { ...HANDSHAKE, ...bearer } });
      expect(reply.status).to.equal(101);
      // The accept value that RFC 6455, section 1.3 gives for this key.
      expect(reply.headers['sec-websocket-accept']).to.equal('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
      expect(reply.body.authorizer).to.deep.equal({ principalId: 'user', level: '3' });
      expect(events[0].requestContext).to.include({ routeKey: '$connect', eventType: 'CONNECT' });
    });

    it('passes the list of subprotocols on, and chooses the first one', async () => {
      const gateway = await start({ kind: 'websocket' }, allow(`${STAGE}/$connect`));
      const protocolFor = async (value: string) => {
        const headers = { ...HANDSHAKE, ...bearer, 'Sec-WebSocket-Protocol': value };
        const reply = await send(gateway, '/', { headers });
        expect(events.at(-1).headers).to.include({ 'Sec-WebSocket-Protocol': value });
        return reply.headers['sec-websocket-protocol'];
      };
      expect(await protocolFor('v1, token')).to.equal('v1');
      expect(await protocolFor('v1')).to.equal('v1');
      expect(await protocolFor(', v1')).to.equal(undefined);
    });

    it('lets in the WebSocket client of browsers, with its token in a subprotocol', async () => {
      const issuer = createTestIssuer();
      const tokenSource = { subprotocol: 'orders.v1' };
      const authorizer = middy().use(auth0Authorizer({ ...issuer.options, tokenSource, logger: false }));
      const identitySources = ['route.request.header.Sec-WebSocket-Protocol'];
      const { url } = await start(
        { kind: 'websocket', caching: { ttl: 0, identitySources } },
        (event: never) => authorizer(event, lambdaContext() as never),
      );
      const connect = (...protocols: string[]) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(url.replace('http', 'ws'), protocols);
          socket.onopen = () => resolve(`open: ${socket.protocol}`);
          socket.onerror = () => resolve('refused');
        });
      expect(await connect('orders.v1', issuer.token())).to.equal('open: orders.v1');
      expect(await connect('orders.v1')).to.equal('refused');
      expect(await connect('orders.v2', issuer.token())).to.equal('refused');
      expect(await connect('orders.v1', issuer.token({ exp: 1 }))).to.equal('refused');
    });

    it('answers a refused handshake in plain HTTP', async () => {
      const denied = await start({ kind: 'websocket' }, allow(`${STAGE}/*/*`));
      const failed = await start({ kind: 'websocket' }, () => ({}));
      const headers = { ...HANDSHAKE, ...bearer };
      expect((await send(denied, '/', { headers })).status).to.equal(403);
      expect((await send(failed, '/', { headers })).status).to.equal(500);
      expect((await send(denied, '/', { headers: bearer })).status).to.equal(426);
    });
  });

  describe('AppSync', () => {
    it('passes the operation to the authorizer and the context to the resolvers', async () => {
      const answer = { isAuthorized: true, resolverContext: { level: '3' } };
      const gateway = await start({ kind: 'appsync-graphql' }, answer);
      const body = JSON.stringify({ query: '{ me { id } }', variables: { a: 1 } });
      const reply = await send(gateway, '/graphql', {
        method: 'POST',
        headers: { authorization: 'token' },
        body,
      });
      expect(reply.body).to.deep.equal({ data: { identity: { resolverContext: { level: '3' } } } });
      expect(events[0]).to.deep.include({ authorizationToken: 'token' });
      expect(events[0].requestContext).to.deep.include({ queryString: '{ me { id } }', variables: { a: 1 } });
    });

    it('passes the channel of a publication to the authorizer', async () => {
      const gateway = await start({ kind: 'appsync-events' }, { isAuthorized: true });
      const body = JSON.stringify({ channel: '/chat/room-1', events: ['{}'] });
      const reply = await send(gateway, '/event', {
        method: 'POST',
        headers: { authorization: 'token' },
        body,
      });
      expect(reply.status).to.equal(200);
      expect(events[0].requestContext).to.include({
        operation: 'EVENT_PUBLISH',
        channelNamespaceName: 'chat',
        channel: '/chat/room-1',
      });
    });

    it('accept a body without an operation or a channel', async () => {
      for (const [kind, path] of [
        ['appsync-graphql', '/graphql'],
        ['appsync-events', '/event'],
      ] as const) {
        const gateway = await start({ kind }, { isAuthorized: true });
        for (const body of ['nonsense', '[]', '{"query":7,"channel":null,"variables":[]}']) {
          const headers = { authorization: 'token' };
          expect((await send(gateway, path, { method: 'POST', headers, body })).status).to.equal(200);
        }
      }
    });

    for (const [what, answer] of [
      ['false', { isAuthorized: false }],
      ['an error', () => Promise.reject(new Error('broken'))],
      ['a malformed answer', { isAuthorized: 1 }],
    ] as const) {
      it(`answers 401 to ${what}`, async () => {
        const gateway = await start({ kind: 'appsync-graphql' }, answer);
        const headers = { authorization: 'token' };
        const reply = await send(gateway, '/graphql', { method: 'POST', headers, body: '{}' });
        expect(reply.status).to.equal(401);
        expect(reply.body.errors[0].errorType).to.equal('UnauthorizedException');
      });
    }
  });

  for (const [what, options] of [
    ['a route without a method', { kind: 'rest-request', routes: ['/orders'] }],
    ['simple responses on REST', { kind: 'rest-request', simpleResponses: true }],
    [
      'a TTL over an hour',
      { kind: 'rest-token', caching: { ttl: 3601, identitySources: ['method.request.header.A'] } },
    ],
    [
      'a TOKEN authorizer without identity source',
      { kind: 'rest-token', caching: { ttl: 0, identitySources: [] } },
    ],
  ] as const) {
    it(`does not start with ${what}`, async () => {
      const error = await startLocalGateway({ ...options, authorizer: () => null }).catch((e) => e);
      expect(error).to.be.instanceOf(TypeError);
    });
  }
});

/** A handshake with the key of RFC 6455, section 1.3. */
const HANDSHAKE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
