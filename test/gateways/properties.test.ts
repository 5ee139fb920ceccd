import { expect } from 'chai';
import fc from 'fast-check';
import { AuthorizerError, AuthorizerFault } from '../../lib/decision/errors.ts';
import { gatewayKinds, recognise } from '../../lib/gateways/index.ts';
import {
  eventFor,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../lib/testing.ts';

const SOURCES = [{}, { header: 'x-token', query: 'token', cookie: 'session' }];

/** Expects a request of the right shape, or one of our own errors. */
function readSafely(event: unknown): void {
  for (const source of SOURCES) {
    try {
      const request = recognise(event).read(event, source);
      expect(request.credential.kind).to.be.oneOf(['token', 'none', 'refused']);
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

/** Keys with a meaning in JavaScript, parsed as Lambda's runtime parses JSON. */
const nastyKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'length',
  '0',
  '',
  'toJSON',
  'valueOf',
);
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.dictionary(nastyKey, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
  fc.array(fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 0 })), { maxLength: 3 }),
);

type Path = readonly string[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function replaceAt(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  return { ...(value as object), [key]: replaceAt((value as Record<string, unknown>)[key], rest, by) };
}

describe('an event', () => {
  it('of arbitrary JSON is read, or the fault has a known code', () => {
    fc.assert(
      fc.property(anyJson, (json) => readSafely(JSON.parse(JSON.stringify(json)))),
      { numRuns: 500 },
    );
  });

  it('with the fields of authorizer events and arbitrary values is read, or the fault has a known code', () => {
    const event = fc.record(
      {
        type: fc.oneof(fc.constantFrom('TOKEN', 'REQUEST'), anyJson),
        version: fc.oneof(fc.constantFrom('1.0', '2.0'), anyJson),
        methodArn: fc.oneof(fc.constantFrom(restTokenEvent().methodArn, webSocketEvent().methodArn), anyJson),
        routeArn: fc.oneof(fc.constant(restTokenEvent().methodArn), anyJson),
        httpMethod: fc.oneof(fc.constant('GET'), anyJson),
        authorizationToken: fc.oneof(fc.string(), anyJson),
        headers: anyJson,
        multiValueHeaders: anyJson,
        queryStringParameters: anyJson,
        multiValueQueryStringParameters: anyJson,
        cookies: anyJson,
        resource: anyJson,
        routeKey: anyJson,
        requestHeaders: anyJson,
        Records: anyJson,
        requestContext: fc.oneof(
          fc.record(
            {
              routeKey: fc.oneof(fc.constant('$connect'), anyJson),
              http: fc.oneof(fc.record({ method: fc.constant('GET'), sourceIp: anyJson }), anyJson),
              identity: fc.oneof(fc.record({ sourceIp: anyJson, clientCert: anyJson }), anyJson),
              operation: fc.oneof(fc.constant('EVENT_CONNECT'), anyJson),
              apiId: fc.oneof(fc.constant('x'), anyJson),
              requestId: anyJson,
              domainName: anyJson,
              authentication: anyJson,
            },
            { requiredKeys: [] },
          ),
          anyJson,
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(event, (json) => readSafely(JSON.parse(JSON.stringify(json)))),
      { numRuns: 400 },
    );
  });

  it('of AWS with one field replaced is read, or the fault has a known code', () => {
    const event = fc.constantFrom(...gatewayKinds()).chain((kind) => {
      const whole = JSON.parse(
        JSON.stringify(eventFor(kind, { token: 'a.b.c', cookies: ['a=1'], query: { a: '1' } })),
      );
      return fc
        .tuple(fc.constantFrom(...pathsOf(whole)), anyJson)
        .map(([path, json]) => replaceAt(whole, path, JSON.parse(JSON.stringify(json))));
    });
    fc.assert(fc.property(event, readSafely), { numRuns: 800 });
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
          expect(recognise(event).read(event, source).credential.kind).to.be.oneOf([
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
