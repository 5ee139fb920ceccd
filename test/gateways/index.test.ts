import { expect } from 'chai';
import fc from 'fast-check';
import { cacheAdvice } from '../../lib/authorizer/cache-advice.ts';
import { AuthorizerFault } from '../../lib/decision/errors.ts';
import type { Gateway, GatewayKind } from '../../lib/gateways/gateway.ts';
import { gatewayKinds, gatewayOfKind, recognise } from '../../lib/gateways/index.ts';
import { type Fields, fieldsOf } from '../../lib/gateways/reading/event-fields.ts';
import { hasMarks } from '../../lib/gateways/reading/marks.ts';
import { createRecogniser } from '../../lib/gateways/recognise.ts';
import {
  appSyncEventsEvent,
  appSyncGraphqlEvent,
  eventFor,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
} from '../../lib/testing.ts';

const GATEWAYS = gatewayKinds().map(gatewayOfKind);

function faultOf(event: unknown): AuthorizerFault {
  try {
    recognise(event);
  } catch (error) {
    expect(error).to.be.instanceOf(AuthorizerFault).with.property('code', 'unknown_event');
    return error as AuthorizerFault;
  }
  throw new Error('the event was recognised');
}

describe('recognise', () => {
  for (const kind of gatewayKinds()) {
    it(`recognises a ${kind} event, and as no other`, () => {
      const event = eventFor(kind, { token: 'a.b.c' });
      expect(recognise(event).kind).to.equal(kind);
      expect(gatewayOfKind(kind as GatewayKind).kind).to.equal(kind);
      const marked = GATEWAYS.filter(({ marks }) => hasMarks(fieldsOf(event), marks));
      expect(marked.map((gateway) => gateway.kind)).to.deep.equal([kind]);
    });
  }

  it('recognises the events of SAM local whose authorizer and route have different payload formats', () => {
    const { routeArn, ...two } = httpApi2Event({ token: 'a.b.c' });
    const authorizationToken = 'Bearer a.b.c';
    const mixed = { ...two, methodArn: routeArn, identitySource: authorizationToken, authorizationToken };
    expect(recognise(mixed).kind).to.equal('http-api-2.0');
    expect(recognise(mixed).read(mixed, {}).arn?.text).to.equal(routeArn);
    const { methodArn, ...one } = httpApi1Event({ token: 'a.b.c' });
    const other = { ...one, routeArn: methodArn, identitySource: [authorizationToken] };
    expect(recognise(other).kind).to.equal('http-api-1.0');
    expect(recognise(other).read(other, {}).arn?.text).to.equal(methodArn);
  });

  it('names VPC Lattice, in both versions of its event', () => {
    const two = {
      version: '2.0',
      path: '/',
      requestContext: { serviceNetworkArn: 'arn', serviceArn: 'arn' },
    };
    const one = { raw_path: '/', method: 'GET', headers: {}, is_base64_encoded: false };
    for (const event of [one, two]) expect(faultOf(event).message).to.include('a VPC Lattice event');
  });

  it('recognises no event as one of two gateways', () => {
    const some = (...values: unknown[]) => fc.constantFrom(undefined, null, 7, ...values);
    const event = fc.record({
      type: some('TOKEN', 'REQUEST'),
      version: some('1.0', '2.0'),
      methodArn: some('arn'),
      routeArn: some('arn'),
      httpMethod: some('GET'),
      authorizationToken: some('a.b.c'),
      requestContext: some(
        { routeKey: '$connect', operation: 'EVENT_CONNECT', apiId: 'x', http: { method: 'GET' } },
        { routeKey: '$connect', apiId: 'x', http: { method: 'GET' } },
      ),
    });
    fc.assert(
      fc.property(event, (fields) => GATEWAYS.filter(({ marks }) => hasMarks(fields, marks)).length <= 1),
      { numRuns: 5000 },
    );
  });

  it('recognises events of several gateways in turn', () => {
    for (const kind of [...gatewayKinds(), ...gatewayKinds().toReversed()]) {
      expect(recognise(eventFor(kind)).kind).to.equal(kind);
    }
  });

  it('recognises AppSync Events by each of its operations', () => {
    for (const operation of ['EVENT_CONNECT', 'EVENT_SUBSCRIBE', 'EVENT_PUBLISH'] as const) {
      expect(recognise(appSyncEventsEvent({ operation })).kind).to.equal('appsync-events');
    }
  });

  it('recognises the connect of an AppSync subscription, which has no query', () => {
    const event = appSyncGraphqlEvent();
    const requestContext = {
      ...event.requestContext,
      operationName: 'DeepDish:Connect',
      queryString: undefined,
    };
    expect(recognise({ ...event, requestContext }).kind).to.equal('appsync-graphql');
  });

  it('recognises events of emulators and consoles, with more fields and fewer', () => {
    const token = {
      ...restTokenEvent({ token: 'a.b.c' }),
      enhancedAuthContext: {},
      resource: '/x',
      requestContext: { stage: 'dev', httpMethod: 'GET' },
    };
    expect(recognise(token).kind).to.equal('rest-token');
    const request = restRequestEvent();
    const bare = { ...request, requestContext: { accountId: 'random-account-id' }, resource: undefined };
    expect(recognise(bare).kind).to.equal('rest-request');
    const console = {
      ...request,
      headers: null,
      multiValueHeaders: null,
      body: null,
      isBase64Encoded: false,
    };
    expect(recognise(console).kind).to.equal('rest-request');
    expect(recognise({ ...request, version: null }).kind).to.equal('rest-request');
  });

  it('names the fields that the event lacks for the nearest gateways', () => {
    const { methodArn, ...noArn } = restTokenEvent();
    expect(faultOf(noArn).message).to.match(/it lacks for rest-token \(methodArn\)$/);
    expect(faultOf({ ...httpApi2Event(), routeArn: 7 }).message).to.match(/http-api-2\.0 \(routeArn\)$/);
    expect(faultOf({ type: 'REQUEST', methodArn }).message).to.include(
      'rest-request (httpMethod), or for websocket (requestContext.routeKey: "$connect")',
    );
    expect(faultOf({ ...restRequestEvent(), version: '3.0' }).message).to.include(
      'rest-request (no version)',
    );
  });

  it('names the fields of every gateway when the event is near none', () => {
    for (const event of [{}, null, undefined, 'TOKEN', 42, [], { source: 'aws.events' }]) {
      const { message } = faultOf(event);
      expect(message).to.match(/^not an event of a Lambda authorizer/);
      for (const kind of gatewayKinds()) expect(message).to.include(kind);
    }
  });

  it('says what the event is when it is a known one of another service', () => {
    const events: [string, unknown][] = [
      [
        'Application Load Balancer',
        { httpMethod: 'GET', path: '/', requestContext: { elb: { targetGroupArn: 'x' } } },
      ],
      [
        'Function URL',
        { version: '2.0', rawPath: '/', requestContext: { domainName: 'x.lambda-url.eu-west-1.on.aws' } },
      ],
      ['Lambda@Edge', { Records: [{ cf: { request: {} } }] }],
      ['IoT', { protocolData: {}, protocols: ['mqtt'], signatureVerified: false }],
      ['AppSync resolver', { arguments: {}, info: { fieldName: 'x' } }],
      ['WebSocket', { requestContext: { connectionId: 'x', routeKey: '$default' } }],
      ['proxy', { httpMethod: 'GET', path: '/', requestContext: {} }],
      ['proxy', { version: '2.0', rawPath: '/', requestContext: { domainName: 'api.example.com' } }],
    ];
    for (const [words, event] of events) expect(faultOf(event).message, words).to.include(words);
  });

  it('never repeats a value of the event', () => {
    const secret = 'eyJsecret';
    const event = {
      type: secret,
      authorizationToken: secret,
      methodArn: secret,
      requestContext: { domainName: secret, operation: secret },
      [secret]: secret,
    };
    expect(faultOf(event).message).not.to.include(secret);
  });
});

describe('a gateway that joins the list', () => {
  /** Made up: an edge service that sends no headers, caches by an address and a route, and takes simple responses. */
  const edge = {
    ...gatewayOfKind('appsync-graphql'),
    kind: 'edge',
    marks: [{ name: 'edgeRequest', holds: ({ edgeRequest }: Fields) => edgeRequest !== undefined }],
    sends: { headers: false, address: true, certificate: false },
    routeKinds: ['path'],
    cache: {
      kind: 'identity sources',
      header: (name: string) => `edge.header.${name}`,
      query: (name: string) => `edge.query.${name}`,
      address: 'edge.address',
      route: ['edge.route'],
      path: ['edge.path'],
    },
  } as unknown as Gateway;
  const recogniseAll = createRecogniser([...GATEWAYS, edge]);

  it('is recognised by its marks, and the others as before', () => {
    expect(recogniseAll({ edgeRequest: {} })).to.equal(edge);
    for (const kind of gatewayKinds()) {
      expect(recogniseAll(eventFor(kind, { token: 'a.b.c' })).kind).to.equal(kind);
    }
    expect(() => recogniseAll({})).to.throw(AuthorizerFault, 'edge (edgeRequest)');
  });

  it('gets its cache advice from its facts', () => {
    const dependencies = {
      policyScope: 'path',
      simpleScope: 'path',
      handlerDecides: false,
      loss: null,
      inputs: ['source-ip'],
      bindings: [],
      ipInPolicy: false,
      admitsAnonymous: false,
      tokenSource: {},
      httpApiResponse: 'iam',
      maxTtl: null,
    } as const;
    expect(cacheAdvice(dependencies, edge)).to.deep.equal({
      cache: true,
      identitySources: ['edge.header.Authorization', 'edge.address', 'edge.path'],
    });
    expect(cacheAdvice({ ...dependencies, inputs: ['header:x-country'] }, edge))
      .to.have.property('reason')
      .that.includes('edge does not send');
  });
});
