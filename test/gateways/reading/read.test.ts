import { expect } from 'chai';
import { AuthorizerFault } from '../../../lib/decision/errors.ts';
import type { AuthorizationRequest } from '../../../lib/gateways/gateway.ts';
import { gatewayOfKind, recognise } from '../../../lib/gateways/index.ts';
import { credentialOf } from '../../../lib/gateways/reading/request-view.ts';
import {
  appSyncEventsEvent,
  appSyncGraphqlEvent,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../../lib/testing.ts';
import { bearerCredential } from '../../../lib/token/credential.ts';
import { WHOLE_REQUESTS } from '../../support/every-gateway.ts';

const ALL = { ...WHOLE_REQUESTS, restTokenEvent, appSyncGraphqlEvent, appSyncEventsEvent };

function read(event: unknown): AuthorizationRequest {
  return recognise(event).read(event, {});
}

describe('reading an event', () => {
  it('passes the event on unchanged', () => {
    for (const build of Object.values(ALL)) {
      const event = build({ token: 'a.b.c', query: { a: '1' }, cookies: ['a=1'] });
      const before = structuredClone(event);
      expect(read(event).event).to.equal(event);
      expect(event).to.deep.equal(before);
    }
  });

  it('works on a frozen event', () => {
    for (const build of Object.values(ALL)) {
      const event = JSON.parse(JSON.stringify(build({ token: 'a.b.c' })), (_, value) => Object.freeze(value));
      expect(credentialOf(read(event))).to.deep.equal(bearerCredential('a.b.c'));
    }
  });

  it('reads headers and query once, on first use, and copies keep them', () => {
    for (const build of Object.values(WHOLE_REQUESTS)) {
      const event = build({ headers: { 'X-One': '1' }, query: { page: '2' } });
      const request = read(event);
      const copy = { ...request };
      expect(copy.headers).to.have.property('x-one', '1');
      expect(copy.query).to.have.property('page', '2');
      expect(request.headers).to.equal(copy.headers);
      expect(request.query).to.equal(copy.query);
      expect(Object.keys(read(restTokenEvent()))).to.have.members(Object.keys(request));
    }
  });

  it('reads headers and query of a frozen request', () => {
    for (const build of Object.values(WHOLE_REQUESTS)) {
      const request = Object.freeze(read(build({ headers: { 'X-One': '1' }, query: { page: '2' } })));
      expect(request.headers).to.equal(request.headers).and.to.have.property('x-one', '1');
      expect(request.query).to.equal(request.query);
    }
  });

  it('reads no header before first use, and each once', () => {
    const event = restRequestEvent({ token: 'a.b.c' });
    let looks = 0;
    const headers = {
      get 'X-One'() {
        looks += 1;
        return 'one';
      },
    };
    const request = read({ ...event, headers, multiValueHeaders: null });
    expect(looks).to.equal(0);
    expect([request.headers, request.headers]).to.deep.equal([{ 'x-one': 'one' }, { 'x-one': 'one' }]);
    expect(looks).to.equal(1);
  });

  describe('of a REST TOKEN authorizer', () => {
    it('returns method, path and stage from the ARN, and nothing else', () => {
      const request = read(restTokenEvent({ method: 'PUT', path: '/a:b/c', stage: 'live' }));
      expect(request).to.include({ gateway: 'rest-token', method: 'PUT', path: '/a:b/c', stage: 'live' });
      expect(request).to.include({ clientIp: null, requestId: null, routeTemplate: null, domainName: null });
      expect(Object.keys(request.headers)).to.be.empty;
      expect(Object.keys(request.query)).to.be.empty;
    });
  });

  describe('of a REST REQUEST authorizer', () => {
    it('returns all fields', () => {
      const event = restRequestEvent({
        method: 'POST',
        path: '/orders/42',
        resource: '/orders/{id}',
        stage: 'live',
        sourceIp: '2001:DB8::1',
        query: { page: '2' },
        clientCertificate: 'PEM',
      });
      expect(read(event)).to.deep.include({
        gateway: 'rest-request',
        method: 'POST',
        path: '/orders/42',
        routeTemplate: 'POST /orders/{id}',
        stage: 'live',
        clientIp: '2001:db8::1',
        clientCertificate: 'PEM',
        domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
      });
      expect({ ...read(event).query }).to.deep.equal({ page: '2' });
    });

    it('prefers the extended request id, since clients can set the other', () => {
      const event = restRequestEvent({ requestId: 'chosen-by-the-client' });
      expect(read(event).requestId).to.equal('ZhFsxEXTENDED=');
      delete event.requestContext.extendedRequestId;
      expect(read(event).requestId).to.equal('chosen-by-the-client');
    });

    it('reads a console test, with null maps and no real address', () => {
      const event = {
        ...restRequestEvent({ sourceIp: 'test-invoke-source-ip' }),
        headers: null,
        multiValueHeaders: null,
        queryStringParameters: null,
        multiValueQueryStringParameters: null,
        pathParameters: null,
        stageVariables: null,
        body: null,
        isBase64Encoded: false,
      };
      const request = read(event);
      expect(request.clientIp).to.equal(null);
      expect(credentialOf(request)).to.deep.equal({ kind: 'none' });
      expect(Object.keys(request.headers)).to.be.empty;
    });

    it('reads an emulator event without identity and resource', () => {
      const event = { ...restRequestEvent(), requestContext: undefined, resource: undefined };
      expect(read(event)).to.include({ clientIp: null, requestId: null, routeTemplate: null });
    });
  });

  describe('of an HTTP API 1.0', () => {
    it('returns all fields', () => {
      const event = httpApi1Event({ path: '/x/1', resource: '/x/{id}', clientCertificate: 'PEM' });
      expect(read(event)).to.deep.include({
        gateway: 'http-api-1.0',
        method: 'GET',
        path: '/x/1',
        routeTemplate: 'GET /x/{id}',
        stage: '$default',
        clientIp: '203.0.113.7',
        clientCertificate: 'PEM',
        requestId: 'f3f0e6a2-0000-4000-8000-7b1f6c9d2e11',
      });
    });

    it('reads the decoded path beside that of the ARN', () => {
      const event = httpApi1Event({ path: '/x/a%20b' });
      const { requestContext } = event;
      const decoded = { ...requestContext, path: '/x/a b' };
      expect(read({ ...event, path: '/x/a%20b', requestContext: decoded }).otherPaths).to.deep.equal([
        '/x/a b',
      ]);
      expect(read({ ...event, path: '/x/a b', requestContext: decoded }).otherPaths).to.deep.equal([
        '/x/a b',
      ]);
      expect(read({ ...event, path: '/x/a%20b', requestContext: null }).otherPaths).to.deep.equal([]);
    });

    it('reads `resource` as a path and as a whole route key', () => {
      for (const resource of ['ANY /x/{proxy+}', '$default']) {
        expect(read({ ...httpApi1Event(), resource }).routeTemplate).to.equal(resource);
      }
      const event = httpApi1Event({ routeKey: 'ANY /x/{proxy+}', method: 'PUT' });
      expect(read(event).routeTemplate).to.equal('PUT /x/{proxy+}');
      expect(read({ ...httpApi1Event(), resource: null }).routeTemplate).to.equal(null);
    });
  });

  describe('of an HTTP API 2.0', () => {
    it('returns all fields', () => {
      const event = httpApi2Event({
        path: '/x/1',
        routeKey: 'ANY /x/{id}',
        stage: 'live',
        sourceIp: '10.1.15.242:39870',
        clientCertificate: 'PEM',
        query: { a: '1' },
      });
      expect(read(event)).to.deep.include({
        gateway: 'http-api-2.0',
        method: 'GET',
        path: '/x/1',
        routeTemplate: 'ANY /x/{id}',
        stage: 'live',
        clientIp: '10.1.15.242',
        clientCertificate: 'PEM',
        requestId: 'f3f0e6a2-0000-4000-8000-7b1f6c9d2e11',
        domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
      });
      expect({ ...read(event).query }).to.deep.equal({ a: '1' });
    });

    it('reads the decoded path beside that of the ARN', () => {
      const event = httpApi2Event({ path: '/x/a%20b', stage: 'live' });
      expect(read({ ...event, rawPath: '/live/x/a b' }).otherPaths).to.deep.equal(['/x/a b']);
      expect(read({ ...event, rawPath: undefined }).otherPaths).to.deep.equal([]);
    });

    it('reads an event without headers, parameters and cookies', () => {
      const event = { ...httpApi2Event(), headers: undefined, cookies: undefined };
      expect(credentialOf(read(event))).to.deep.equal({ kind: 'none' });
    });
  });

  describe('of a WebSocket API', () => {
    it('has no method and no path, and the route $connect', () => {
      expect(read(webSocketEvent({ query: { a: '1' } }))).to.include({
        gateway: 'websocket',
        method: null,
        path: null,
        routeTemplate: '$connect',
        stage: 'prod',
        clientIp: '203.0.113.7',
        requestId: 'f3f0e6a2-0000-4000-8000-7b1f6c9d2e11',
      });
    });
  });

  describe('of AppSync', () => {
    it('returns headers and a request id, but no route', () => {
      for (const build of [appSyncGraphqlEvent, appSyncEventsEvent]) {
        const request = read(build({ headers: { 'CloudFront-Viewer-Country': 'DE' } }));
        expect(request).to.include({
          method: null,
          path: null,
          routeTemplate: null,
          stage: null,
          arn: null,
          clientIp: null,
          requestId: 'f3f0e6a2-0000-4000-8000-7b1f6c9d2e11',
        });
        expect(request.headers['cloudfront-viewer-country']).to.equal('DE');
      }
    });
  });

  describe('its headers', () => {
    it('have lower-case names and no prototype', () => {
      for (const build of Object.values(WHOLE_REQUESTS)) {
        const event = build({ headers: { 'X-Forwarded-For': '1.2.3.4', constructor: 'x' } });
        const { headers } = read(
          JSON.parse(JSON.stringify(event).replaceAll(/x-forwarded-for/gi, '__proto__')),
        );
        expect(Object.getPrototypeOf(headers)).to.equal(null);
        expect(headers.constructor as unknown).to.equal('x');
        expect(Object.keys(headers)).to.include.members(['host', '__proto__']);
        expect(headers.tostring).to.equal(undefined);
      }
    });

    it('are joined when repeated; lists win over single values', () => {
      for (const build of [restRequestEvent, webSocketEvent]) {
        const { headers } = read(
          build({
            headers: { 'X-A': 'last', Cookie: 'b=2', 'x-only': 'single' },
            multiValueHeaders: { 'x-a': ['1', '2'], 'X-A': ['last'], Cookie: ['a=1', 'b=2'], 'X-None': [] },
          }),
        );
        expect(headers).to.include({ 'x-a': '1, 2, last', cookie: 'a=1; b=2', 'x-only': 'single' });
        expect(headers).not.to.have.property('x-none');
      }
    });

    it('are joined when two names differ in case only', () => {
      const { headers } = read(httpApi1Event({ headers: { 'X-A': '1', 'x-a': '2' } }));
      expect(headers['x-a']).to.equal('1, 2');
    });

    it('leave out values that are not strings', () => {
      const event = {
        ...restRequestEvent(),
        headers: { a: 1, b: null, c: ['x'] },
        multiValueHeaders: { d: [1, 'y', {}] },
      };
      expect({ ...read(event).headers }).to.deep.equal({ d: 'y' });
    });
  });

  describe('its query string parameters', () => {
    it('have no prototype; the last of repeated ones counts', () => {
      const event = {
        ...restRequestEvent({ query: { a: '2', b: 'x' } }),
        multiValueQueryStringParameters: { a: ['1', '2'], c: [] },
      };
      const { query } = read(event);
      expect(Object.getPrototypeOf(query)).to.equal(null);
      expect({ ...query }).to.deep.equal({ a: '2', b: 'x' });
    });
  });

  it('returns the method of a REST event that is not the verb of its ARN, beside the credential', () => {
    const event = restRequestEvent({ token: 'a.b.c', method: 'GET' });
    expect(read(event).otherMethod).to.equal(null);
    event.httpMethod = 'get';
    expect(read(event).otherMethod).to.equal(null);
    event.httpMethod = 'DELETE';
    const request = read(event);
    expect(request).to.deep.include({ method: 'GET', otherMethod: 'DELETE' });
    expect(credentialOf(request)).to.deep.equal(bearerCredential('a.b.c'));
  });

  it('returns the verb of the ARN on HTTP APIs, which have no method override', () => {
    const event = httpApi2Event({ token: 'a.b.c', method: 'GET' });
    event.requestContext.http.method = 'POST';
    const request = read(event);
    expect(request).to.deep.include({ method: 'GET', otherMethod: null });
    expect(credentialOf(request)).to.deep.equal(bearerCredential('a.b.c'));
  });

  it('throws when the event is from another gateway', () => {
    for (const kind of ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0', 'websocket'] as const) {
      expect(() => gatewayOfKind(kind).read({}, {}), kind)
        .to.throw(AuthorizerFault)
        .with.property('code', 'unknown_event');
    }
  });

  it('throws and names the field when the ARN does not fit the gateway', () => {
    const connect = webSocketEvent().methodArn;
    const get = restTokenEvent().methodArn;
    const events: [string, object][] = [
      ['methodArn', { ...restTokenEvent(), methodArn: 'nonsense' }],
      ['methodArn', { ...restTokenEvent(), methodArn: connect }],
      ['methodArn', { ...restRequestEvent(), methodArn: connect }],
      ['methodArn', { ...httpApi1Event(), methodArn: '' }],
      ['routeArn', { ...httpApi2Event(), routeArn: connect }],
      ['methodArn', { ...webSocketEvent(), methodArn: get }],
      ['methodArn', { ...webSocketEvent(), methodArn: connect.replace('$connect', '$disconnect') }],
    ];
    for (const [field, event] of events) {
      expect(() => read(event))
        .to.throw(AuthorizerFault, `\`${field}\` is not an execute-api ARN`)
        .with.property('code', 'unknown_event');
    }
  });
});
