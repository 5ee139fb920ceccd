import { expect } from 'chai';
import { AuthorizerFault } from '../../lib/decision/errors.ts';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import { gatewayOfKind, recognise } from '../../lib/gateways/index.ts';
import { missingMarks } from '../../lib/gateways/reading/marks.ts';
import {
  appSyncEvent,
  appSyncEventsEvent,
  type EventOverrides,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../support/events.ts';

const BUILDERS: Record<GatewayKind, (overrides?: EventOverrides) => object> = {
  'rest-token': restTokenEvent,
  'rest-request': restRequestEvent,
  'http-api-1.0': httpApi1Event,
  'http-api-2.0': httpApi2Event,
  websocket: webSocketEvent,
  'appsync-graphql': appSyncEvent,
  'appsync-events': appSyncEventsEvent,
};

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
  for (const [kind, build] of Object.entries(BUILDERS)) {
    it(`tells a ${kind} event from every other kind`, () => {
      const event = build({ token: 'a.b.c' });
      expect(recognise(event).kind).to.equal(kind);
      expect(gatewayOfKind(kind as GatewayKind).kind).to.equal(kind);
      const others = Object.keys(BUILDERS).filter((other) => other !== kind) as GatewayKind[];
      for (const other of others)
        expect(missingMarks(event, gatewayOfKind(other).marks), other).not.to.be.empty;
    });
  }

  it('tells AppSync Events by each of its operations', () => {
    for (const operation of ['EVENT_CONNECT', 'EVENT_SUBSCRIBE', 'EVENT_PUBLISH'] as const) {
      expect(recognise(appSyncEventsEvent({ operation })).kind).to.equal('appsync-events');
    }
  });

  it('takes the connect of an AppSync subscription, which has no query', () => {
    const event = appSyncEvent();
    const requestContext = {
      ...event.requestContext,
      operationName: 'DeepDish:Connect',
      queryString: undefined,
    };
    expect(recognise({ ...event, requestContext }).kind).to.equal('appsync-graphql');
  });

  it('takes the events of emulators and consoles, with fields more and fields less', () => {
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

  it('names the fields that the nearest kind would have', () => {
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

  it('names the fields of every kind when the event is near none', () => {
    for (const event of [{}, null, undefined, 'TOKEN', 42, [], { source: 'aws.events' }]) {
      const { message } = faultOf(event);
      expect(message).to.match(/^no event that a Lambda authorizer gets/);
      for (const kind of Object.keys(BUILDERS)) expect(message).to.include(kind);
    }
  });

  it('says what the event is when it is a known one of another trade', () => {
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
