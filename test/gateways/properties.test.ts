import { expect } from 'chai';
import fc from 'fast-check';
import { AuthorizerError, AuthorizerFault } from '../../lib/decision/errors.ts';
import { gatewayKinds, recognise } from '../../lib/gateways/index.ts';
import { credentialOf } from '../../lib/gateways/reading/request-view.ts';
import {
  eventFor,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../lib/testing.ts';
import { damaged, damages, oddValues } from '../support/damage.ts';

const SOURCES = [{}, { header: 'x-token', query: 'token', cookie: 'session' }];

/** Expects a request of the right shape, or one of our own errors. */
function readSafely(event: unknown): void {
  for (const source of SOURCES) {
    try {
      const request = recognise(event).read(event, source);
      expect(credentialOf(request).kind).to.be.oneOf(['token', 'none', 'refused']);
      expect(Object.getPrototypeOf(request.headers)).to.equal(null);
      expect(Object.getPrototypeOf(request.query)).to.equal(null);
      for (const [name, value] of Object.entries(request.headers)) {
        expect(name).to.equal(name.toLowerCase());
        expect(value).to.be.a('string');
      }
      for (const key of ['clientIp', 'method', 'path', 'routeTemplate', 'stage', 'requestId'] as const) {
        expect(request[key]).to.satisfy((value: unknown) => value === null || typeof value === 'string');
      }
    } catch (error) {
      if (!(error instanceof AuthorizerFault)) throw error;
      expect(error).to.be.instanceOf(AuthorizerError).with.property('code', 'unknown_event');
    }
  }
}

describe('an event', () => {
  it('of arbitrary JSON is read, or the fault has a known code', () => {
    fc.assert(
      fc.property(oddValues, (json) => readSafely(JSON.parse(JSON.stringify(json)))),
      { numRuns: 500 },
    );
  });

  it('with the fields of authorizer events and arbitrary values is read, or the fault has a known code', () => {
    const event = fc.record(
      {
        type: fc.oneof(fc.constantFrom('TOKEN', 'REQUEST'), oddValues),
        version: fc.oneof(fc.constantFrom('1.0', '2.0'), oddValues),
        methodArn: fc.oneof(
          fc.constantFrom(restTokenEvent().methodArn, webSocketEvent().methodArn),
          oddValues,
        ),
        routeArn: fc.oneof(fc.constant(restTokenEvent().methodArn), oddValues),
        httpMethod: fc.oneof(fc.constant('GET'), oddValues),
        authorizationToken: fc.oneof(fc.string(), oddValues),
        headers: oddValues,
        multiValueHeaders: oddValues,
        queryStringParameters: oddValues,
        multiValueQueryStringParameters: oddValues,
        cookies: oddValues,
        resource: oddValues,
        routeKey: oddValues,
        requestHeaders: oddValues,
        Records: oddValues,
        requestContext: fc.oneof(
          fc.record(
            {
              routeKey: fc.oneof(fc.constant('$connect'), oddValues),
              http: fc.oneof(fc.record({ method: fc.constant('GET'), sourceIp: oddValues }), oddValues),
              identity: fc.oneof(fc.record({ sourceIp: oddValues, clientCert: oddValues }), oddValues),
              operation: fc.oneof(fc.constant('EVENT_CONNECT'), oddValues),
              apiId: fc.oneof(fc.constant('x'), oddValues),
              requestId: oddValues,
              domainName: oddValues,
              authentication: oddValues,
            },
            { requiredKeys: [] },
          ),
          oddValues,
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(event, (json) => readSafely(JSON.parse(JSON.stringify(json)))),
      { numRuns: 400 },
    );
  });

  it('of AWS with one field changed is read, or the fault has a known code', () => {
    const event = fc
      .tuple(fc.constantFrom(...gatewayKinds()), damages)
      .map(([kind, damage]) =>
        damaged(eventFor(kind, { token: 'a.b.c', cookies: ['a=1'], query: { a: '1' } }), [damage]),
      );
    fc.assert(
      fc.property(event, (json) => readSafely(JSON.parse(JSON.stringify(json)))),
      { numRuns: 800 },
    );
  });

  it('of AWS, cut off and read as text, has a known fault code', () => {
    for (const kind of gatewayKinds()) {
      const text = JSON.stringify(eventFor(kind, { token: 'a.b.c' }));
      for (let length = 0; length < text.length; length += 7) readSafely(text.slice(0, length));
    }
  });

  it('with megabytes of headers is read in linear time (quadratic time would exceed the timeout)', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => caseVariant('x-very-long-header-name', index));
    const many = Object.fromEntries(names.map((name) => [name, 'v']));
    const lists = Object.fromEntries(names.map((name) => [name, ['v', 'w']]));
    const long = { authorization: `Bearer ${'a'.repeat(2_000_000)}`, cookie: 'a=1;'.repeat(200_000) };
    const source = { header: 'x-very-long-header-name', cookie: 'a', query: 'q' };
    for (const headers of [many, long]) {
      for (const multiValueHeaders of [lists, { Authorization: Array(200_000).fill('Bearer a') }, null]) {
        for (const build of [restRequestEvent, httpApi1Event, httpApi2Event, webSocketEvent]) {
          const event = { ...build(), headers, multiValueHeaders };
          expect(credentialOf(recognise(event).read(event, source)).kind).to.be.oneOf([
            'token',
            'none',
            'refused',
          ]);
        }
      }
    }
  });
});

/** The text with the letters that the bits of `bits` name in upper case. */
function caseVariant(text: string, bits: number): string {
  return [...text].map((letter, index) => ((bits >> index) & 1 ? letter.toUpperCase() : letter)).join('');
}
