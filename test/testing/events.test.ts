import { expect } from 'chai';
import { auth0Authorizer, type GatewayKind, OptionError } from '../../lib/index.ts';
import {
  appSyncEventsEvent,
  appSyncGraphqlEvent,
  createTestIssuer,
  decide,
  type EventOptions,
  eventFor,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

const KINDS = [
  'rest-token',
  'rest-request',
  'http-api-1.0',
  'http-api-2.0',
  'websocket',
  'appsync-graphql',
  'appsync-events',
] as const satisfies GatewayKind[];
/** What a client without a token gets: HTTP APIs turn a policy into a 403. */
const WITHOUT_TOKEN: Readonly<Record<GatewayKind, number>> = {
  'rest-token': 401,
  'rest-request': 401,
  'http-api-1.0': 403,
  'http-api-2.0': 403,
  websocket: 401,
  'appsync-graphql': 401,
  'appsync-events': 401,
};

function problemOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('The event builders', () => {
  const issuer = createTestIssuer();
  const gateways: string[] = [];
  const handler = middy()
    .use(auth0Authorizer({ ...issuer.options, logger: false }))
    .handler(async (_event, { auth0 }) => {
      gateways.push(auth0.gateway);
    });

  for (const kind of KINDS) {
    const build = (options?: EventOptions) => eventFor(kind, options);

    describe(`for ${kind}`, () => {
      it('make events that the authorizer recognises and allows with a good token', async () => {
        gateways.length = 0;
        const decision = await decide(handler, build({ token: issuer.token() }));
        expect(decision.outcome).to.equal('allow');
        expect(gateways).to.deep.equal([kind]);
      });

      it('make events that the authorizer refuses without a token', async () => {
        const decision = await decide(handler, build());
        expect(decision).to.include({ outcome: 'deny', status: WITHOUT_TOKEN[kind] });
      });

      it('send `authorization` as given, and not `token`', async () => {
        const event = build({ authorization: 'Basic YTpi', token: issuer.token() });
        expect(JSON.stringify(event)).to.include('"Basic YTpi"').and.not.include('Bearer');
        expect((await decide(handler, event)).outcome).to.equal('deny');
      });

      it('make a new event each time, which shares no object with the options', () => {
        const options: EventOptions = {
          headers: { 'X-One': '1' },
          multiValueHeaders: { 'X-One': ['1'] },
          query: { page: '2' },
          cookies: ['a=1'],
          pathParameters: { id: '7' },
          stageVariables: { colour: 'blue' },
        };
        const before = structuredClone(options);
        const event = build(options);
        const twin = structuredClone(event);
        spoil(event);
        expect(options).to.deep.equal(before);
        expect(build(options)).to.deep.equal(twin);
      });

      it('treat undefined as the default', () => {
        const nothing = { token: undefined, path: undefined, headers: undefined, stage: undefined };
        expect(build(nothing)).to.deep.equal(build());
      });

      it('throw for values that no gateway sends', () => {
        const problemWith = (options: EventOptions) => problemOf(() => build(options));
        for (const path of ['/orders?x=1', '/orders#x']) {
          const problem = "must not contain '?' or '#'; put the query into `query` (policies do not see it)";
          expect(problemWith({ path })).to.equal(`path: ${problem}`);
          expect(problemWith({ resource: path })).to.equal(`resource: ${problem}`);
        }
        for (const method of ['', ' ', 'GET /x', 'G3T', '*']) {
          expect(problemWith({ method })).to.match(/^method: must be an HTTP method, not /);
        }
        for (const stage of ['', ' ', 'a/b', '/', '*', '$live', 'x'.repeat(129)]) {
          expect(problemWith({ stage })).to.match(
            /^stage: must be the name of a stage \(letters, digits, - and _\)/,
          );
        }
        for (const sourceIp of ['', 'nonsense', '192.0.2', '192.0.2.0/24', 'localhost:80']) {
          expect(problemWith({ sourceIp })).to.match(/^sourceIp: must be an IP address, not /);
        }
        for (const token of ['Bearer x', 'bearer x', 'Bearer', 'DPoP x', 'Basic x']) {
          expect(problemWith({ token })).to.equal(
            'token: must be the token without its scheme; pass a whole header as `authorization`',
          );
        }
      });

      it('send the method in upper case', () => {
        expect(build({ method: 'delete' })).to.deep.equal(build({ method: 'DELETE' }));
      });

      it('throw for an unknown option and for a wrong type', () => {
        const problemWith = (options: object) => problemOf(() => build(options));
        expect(problemWith({ url: '/orders' })).to.match(/^url: is not an option; known options: token, /);
        expect(problemWith({ method: 7 })).to.equal('method: must be a string, not 7');
        expect(problemWith({ path: 'orders' })).to.equal(
          "path: must be a path that begins with a slash, not 'orders'",
        );
        expect(problemWith({ resource: '' })).to.equal(
          'resource: must be a path that begins with a slash, not an empty string',
        );
        expect(problemWith({ cookies: 'a=1' })).to.match(/^cookies: must be a list of strings/);
        expect(problemWith({ headers: { a: 1 } })).to.equal(
          'headers.a: must be a string or a list of strings',
        );
        expect(problemWith({ headers: { a: [1] } })).to.match(
          /^headers\.a: must be a string or a list of strings/,
        );
        expect(problemWith({ time: '2026' })).to.match(/^time: must be milliseconds since the epoch, not/);
        expect(problemWith({ time: 1e15 })).to.match(/^time: must be milliseconds since the epoch, not/);
        expect(problemWith({ query: null })).to.equal('query: must be an object, not null');
        expect(problemWith({ multiValueHeaders: { a: 'b' } })).to.match(
          /^multiValueHeaders\.a: must be a list/,
        );
      });
    });
  }

  it('put the request into the fields of each gateway', () => {
    const options: EventOptions = {
      token: 'a.b.c',
      method: 'PUT',
      path: '/users/5/files/a/b',
      resource: '/users/{id}/files/{name+}',
      headers: { 'X-One': '1' },
      query: { page: '2' },
      cookies: ['a=1', 'b=2'],
      sourceIp: '2001:db8::1',
      stage: 'live',
      stageVariables: { colour: 'blue' },
      clientCertificate: 'PEM',
    };
    const pathParameters = { id: '5', name: 'a/b' };
    const arn = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/PUT/users/5/files/a/b';
    const rest = restRequestEvent(options);
    expect(rest).to.deep.include({
      methodArn: arn,
      pathParameters,
      stageVariables: { colour: 'blue' },
      queryStringParameters: { page: '2' },
      multiValueQueryStringParameters: { page: ['2'] },
    });
    expect(rest.headers).to.include({ Authorization: 'Bearer a.b.c', Cookie: 'a=1; b=2', 'X-One': '1' });
    expect(rest.multiValueHeaders).to.deep.include({ Authorization: ['Bearer a.b.c'], 'X-One': ['1'] });
    expect(rest.requestContext.identity.clientCert?.clientCertPem).to.equal('PEM');
    expect(httpApi1Event(options)).to.deep.include({ methodArn: arn, pathParameters });
    const two = httpApi2Event(options);
    expect(two).to.deep.include({
      routeArn: arn,
      routeKey: 'PUT /users/{id}/files/{name+}',
      identitySource: ['Bearer a.b.c'],
      rawPath: '/live/users/5/files/a/b',
      rawQueryString: 'page=2',
      cookies: ['a=1', 'b=2'],
      pathParameters,
      stageVariables: { colour: 'blue' },
    });
    expect(two.headers).to.include({ authorization: 'Bearer a.b.c', 'x-one': '1' });
    expect(restTokenEvent({ ...options, sourceIp: undefined })).to.deep.equal({
      type: 'TOKEN',
      methodArn: arn,
      authorizationToken: 'Bearer a.b.c',
    });
    expect(webSocketEvent(options).methodArn).to.match(/:a1b2c3d4e5\/live\/\$connect$/);
  });

  it('have the path as sent and decoded where each gateway has them', () => {
    const options: EventOptions = { path: '/a%20b/caf%C3%A9%2Fx', resource: '/{one}/{two+}', stage: 'live' };
    const pathParameters = { one: 'a b', two: 'café/x' };
    const arn = /live\/GET(?<path>.*)$/;
    const rest = restRequestEvent(options);
    expect(rest).to.deep.include({
      path: options.path,
      pathParameters: { one: 'a%20b', two: 'caf%C3%A9%2Fx' },
    });
    expect(rest.requestContext.path).to.equal('/live/a%20b/caf%C3%A9%2Fx');
    const one = httpApi1Event({ ...options, routeKey: 'ANY /{one}/{two+}' });
    expect(one).to.deep.include({ path: options.path, resource: '/{one}/{two+}', pathParameters });
    expect(one.requestContext).to.include({
      path: '/a b/café/x',
      resourcePath: '/{one}/{two+}',
      resourceId: 'ANY /{one}/{two+}',
    });
    const two = httpApi2Event(options);
    expect(two).to.deep.include({ rawPath: '/live/a b/café/x', pathParameters });
    expect(two.requestContext.http.path).to.equal('/a b/café/x');
    for (const event of [rest, one, restTokenEvent(options)]) {
      expect(arn.exec(event.methodArn)?.groups?.['path']).to.equal(options.path);
    }
    expect(arn.exec(two.routeArn)?.groups?.['path']).to.equal(options.path);
  });

  it('have the decoded path in the ARN of HTTP APIs if the option says so', () => {
    const options: EventOptions = { path: '/a%20b', arnPath: 'decoded' };
    expect(httpApi1Event(options))
      .to.include({ path: '/a%20b' })
      .with.property('methodArn')
      .that.matches(/GET\/a b$/);
    expect(httpApi2Event(options).routeArn).to.match(/GET\/a b$/);
    expect(restRequestEvent(options).methodArn).to.match(/GET\/a%20b$/);
    expect(problemOf(() => httpApi2Event({ arnPath: 'raw' as never }))).to.match(/^arnPath: /);
  });

  it('decode bytes that are not UTF-8, and cut the raw path at a question mark', () => {
    expect(httpApi2Event({ path: '/a%E9b%' }).rawPath).to.equal('/a\ufffdb%');
    expect(httpApi2Event({ path: '/a%3Fb%0Ac' }).rawPath).to.equal('/a');
    expect(httpApi1Event({ path: '/a%3Fb' }).requestContext.path).to.equal('/a?b');
    expect(httpApi2Event({ path: '/%EF%BB%BFa' }).rawPath).to.equal('/\ufeffa');
  });

  it('keep path parameters that are given', () => {
    const pathParameters = { id: '%20' };
    expect(httpApi2Event({ path: '/a%20b', routeKey: 'GET /{id}', pathParameters })).to.deep.include({
      pathParameters,
    });
  });

  it('accept every form of address and stage that gateways send', () => {
    for (const sourceIp of ['192.0.2.1:443', '[2001:db8::1]:443', '2001:DB8::1', 'test-invoke-source-ip']) {
      expect(restRequestEvent({ sourceIp }).requestContext.identity.sourceIp).to.equal(sourceIp);
    }
    for (const stage of ['$default', 'test-invoke-stage', 'v_1', 'x'.repeat(128)]) {
      expect(httpApi2Event({ stage }).requestContext.stage).to.equal(stage);
    }
  });

  it('throw for an address in TOKEN events, which carry none', () => {
    expect(problemOf(() => restTokenEvent({ sourceIp: '192.0.2.1' }))).to.equal(
      'sourceIp: is not a field of TOKEN events; pass it to `decide`: decide(handler, event, { sourceIp })',
    );
  });

  it('let a given header replace the default of that name, in any case', () => {
    const options: EventOptions = {
      headers: { 'user-agent': 'a', host: 'b', cookie: 'c=1' },
      cookies: ['d=1'],
    };
    const { headers, multiValueHeaders } = restRequestEvent(options);
    expect(headers).to.deep.equal(options.headers);
    expect(multiValueHeaders).to.deep.equal({ 'user-agent': ['a'], host: ['b'], cookie: ['c=1'] });
    expect(Object.keys(webSocketEvent(options).headers ?? {})).not.to.include('Host');
    expect(httpApi2Event(options).headers).to.include({ 'user-agent': 'a', host: 'b' });
  });

  it('omit empty fields on HTTP API 2.0', () => {
    const absent = ['cookies', 'queryStringParameters', 'pathParameters', 'stageVariables'];
    expect(httpApi2Event()).not.to.have.any.keys(absent);
    expect(httpApi2Event().requestContext).not.to.have.property('authentication');
  });

  it('take path parameters from the template of the route, as far as the path goes', () => {
    const found = (routeKey: string, path: string) => httpApi1Event({ routeKey, path }).pathParameters;
    expect(found('ANY /x/{proxy+}', '/x/a/b')).to.deep.equal({ proxy: 'a/b' });
    expect(found('$default', '/x/a/b')).to.deep.equal({});
    expect(found('GET /a/{b}/{c}', '/a/1')).to.deep.equal({ b: '1' });
    expect(restRequestEvent({ path: '/a', pathParameters: { b: '1' } }).pathParameters).to.deep.equal({
      b: '1',
    });
  });

  it('send a header or parameter several times as each gateway does', () => {
    const options: EventOptions = {
      headers: { 'X-Two': ['1', '2'], 'x-two': '3' },
      query: { a: ['1', '2'], b: 'x y', none: [] },
    };
    const both = {
      queryStringParameters: { a: '2', b: 'x y' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y'] },
    };
    for (const event of [restRequestEvent(options), webSocketEvent(options)]) {
      expect(event).to.deep.include(both);
      expect(event.headers).to.include({ 'X-Two': '2', 'x-two': '3' });
      expect(event.multiValueHeaders).to.deep.include({ 'X-Two': ['1', '2'], 'x-two': ['3'] });
    }
    expect(httpApi1Event(options).queryStringParameters).to.deep.equal({ a: '2', b: 'x y' });
    expect(httpApi1Event(options).headers).to.include({ 'X-Two': '2', 'x-two': '3' });
    const two = httpApi2Event(options);
    expect(two).to.deep.include({
      queryStringParameters: { a: '1,2', b: 'x y' },
      rawQueryString: 'a=1&a=2&b=x+y',
    });
    expect(two.headers).to.include({ 'x-two': '1,2,3' });
    expect(appSyncGraphqlEvent(options).requestHeaders).to.include({ 'x-two': '1,2,3' });
  });

  it('leave a default header out if its list is empty', () => {
    const options: EventOptions = { headers: { 'user-agent': [] } };
    const rest = restRequestEvent(options);
    expect(Object.keys(rest.headers ?? {})).to.deep.equal(['Host']);
    expect(Object.keys(rest.multiValueHeaders ?? {})).to.deep.equal(['Host']);
    expect(rest.requestContext.identity.userAgent).to.equal(null);
    const two = httpApi2Event(options);
    expect(Object.keys(two.headers ?? {})).to.deep.equal(['host']);
    expect(two.requestContext.http.userAgent).to.equal('');
  });

  it('repeat the user agent and the host outside the headers', () => {
    const options: EventOptions = { headers: { 'user-agent': 'mine' }, domainName: 'api.example.com' };
    expect(restRequestEvent(options).requestContext).to.deep.include({
      domainName: 'api.example.com',
      domainPrefix: 'api',
    });
    expect(restRequestEvent(options).requestContext.identity.userAgent).to.equal('mine');
    expect(httpApi2Event(options).requestContext.http.userAgent).to.equal('mine');
  });

  it('move cookies out of the headers on HTTP API 2.0', () => {
    const event = httpApi2Event({ headers: { Cookie: ['a=1; b=2', 'c=3'] } });
    expect(event.cookies).to.deep.equal(['a=1', 'b=2', 'c=3']);
    expect(event.headers).not.to.have.property('cookie');
  });

  it('put the values of the identity sources where each gateway does', () => {
    const options: EventOptions = { identitySource: ['one', 'two'], token: 'x' };
    expect(restTokenEvent(options).authorizationToken).to.equal('one');
    expect(httpApi1Event(options)).to.include({ identitySource: 'one,two', authorizationToken: 'one,two' });
    expect(httpApi2Event(options).identitySource).to.deep.equal(['one', 'two']);
    expect(appSyncGraphqlEvent(options).authorizationToken).to.equal('one');
    expect(restTokenEvent({ ...options, identitySource: [] }).authorizationToken).to.equal('');
  });

  it('send the time of the request in both notations', () => {
    const time = Date.UTC(2025, 3, 9, 12, 48, 44);
    expect(restRequestEvent({ time }).requestContext).to.include({
      requestTime: '09/Apr/2025:12:48:44 +0000',
      requestTimeEpoch: time,
    });
    expect(httpApi2Event().requestContext.time).to.equal('22/Nov/2026:08:00:00 +0000');
    expect(webSocketEvent({ time }).requestContext.connectedAt).to.equal(time);
  });

  it('carry the token in the list of subprotocols on WebSocket APIs, if one is named', () => {
    const protocolOf = (options: EventOptions) => {
      const { headers, multiValueHeaders } = webSocketEvent({ subprotocol: 'v1', ...options });
      expect(multiValueHeaders?.['Sec-WebSocket-Protocol']?.at(-1)).to.equal(
        headers?.['Sec-WebSocket-Protocol'],
      );
      return [headers?.['Sec-WebSocket-Protocol'], headers?.['Authorization']];
    };
    expect(protocolOf({ token: 'a.b.c' })).to.deep.equal(['v1, a.b.c', undefined]);
    expect(protocolOf({})).to.deep.equal(['v1', undefined]);
    expect(protocolOf({ authorization: 'Basic x', token: 'a.b.c' })).to.deep.equal(['v1, a.b.c', 'Basic x']);
    expect(protocolOf({ headers: { 'Sec-WebSocket-Protocol': 'own' } })).to.deep.equal(['own', undefined]);
    const lists = { 'Sec-WebSocket-Protocol': ['own'] };
    expect(webSocketEvent({ subprotocol: 'v1', multiValueHeaders: lists }).multiValueHeaders).to.deep.include(
      lists,
    );
    const elsewhere = eventFor('http-api-2.0', { token: 'a.b.c', subprotocol: 'v1' });
    expect(elsewhere).to.have.nested.property('headers.authorization', 'Bearer a.b.c');
  });

  it('carry both ids of the request on REST and WebSocket APIs', () => {
    const ids = { requestId: 'one', extendedRequestId: 'two' };
    expect(restRequestEvent(ids).requestContext).to.include(ids);
    expect(webSocketEvent(ids).requestContext).to.include(ids);
  });

  it('take the template from the route key, without the method', () => {
    const options: EventOptions = { routeKey: 'ANY /users/{id}', path: '/users/7' };
    expect(httpApi1Event(options)).to.include({ resource: '/users/{id}' });
    expect(httpApi1Event(options).requestContext).to.include({
      resourcePath: '/users/{id}',
      resourceId: 'ANY /users/{id}',
    });
    expect(httpApi1Event({ routeKey: '$default' })).to.include({ resource: '$default' });
    expect(restRequestEvent(options)).to.include({ resource: '/users/{id}' });
    expect(restRequestEvent({ routeKey: '$default' })).to.include({ resource: '/orders' });
  });

  it('take the options of AppSync', () => {
    const graphql = appSyncGraphqlEvent({ queryString: '{ a }', operationName: 'A', variables: { b: 1 } });
    expect(graphql.requestContext).to.deep.include({
      queryString: '{ a }',
      operationName: 'A',
      variables: { b: 1 },
    });
    expect(appSyncEventsEvent().requestContext).to.include({
      operation: 'EVENT_CONNECT',
      channel: null,
      channelNamespaceName: null,
    });
    const own = appSyncGraphqlEvent({ queryString: '{ a }' }).requestContext;
    expect(own).to.include({ queryString: '{ a }' }).and.not.have.property('operationName');
    const subscribe = appSyncEventsEvent({ operation: 'EVENT_SUBSCRIBE' });
    expect(subscribe.requestContext).to.include({ channel: '/orders/eu', channelNamespaceName: 'orders' });
    const publish = appSyncEventsEvent({ operation: 'EVENT_PUBLISH', channel: '/chat/7' });
    expect(publish.requestContext).to.include({ channel: '/chat/7', channelNamespaceName: 'chat' });
    expect(problemOf(() => appSyncEventsEvent({ operation: 'connect' as never }))).to.match(/^operation: /);
    expect(problemOf(() => appSyncGraphqlEvent({ operation: 'A' } as never))).to.match(/^operation: is not/);
  });

  it('are reachable by the name of the gateway', () => {
    expect(problemOf(() => eventFor('rest' as never))).to.match(/^gateway: must be /);
    expect(eventFor('websocket')).to.deep.equal(webSocketEvent());
  });
});

/** Overwrites everything that can be reached from an object. */
function spoil(value: object): void {
  const fields = value as Record<string, unknown>;
  for (const [name, item] of Object.entries(fields)) {
    if (typeof item === 'object' && item !== null) spoil(item);
    else fields[name] = 'spoilt';
  }
}
