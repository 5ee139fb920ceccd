import { expect } from 'chai';
import { gatewayKinds } from '../../lib/gateways/index.ts';
import { auth0Authorizer, decisionLogger, headerParser } from '../../lib/index.ts';
import { createTestIssuer, eventFor, invokeAsLambda, restRequestEvent } from '../../lib/testing.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

const PINGS = [{ source: 'serverless-plugin-warmup' }, { warmer: true, concurrency: 3 }, { warmup: true }];
const SCHEDULES = [
  { version: '0', source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} },
  { version: '0', source: 'aws.scheduler', 'detail-type': 'Scheduled Event', detail: '{}' },
];

describe('an event without a request', () => {
  const issuer = createTestIssuer();

  it('is answered with nothing, without the handler, and logged at DEBUG', async () => {
    for (const [kind, events] of [
      ['ping', PINGS],
      ['schedule', SCHEDULES],
    ] as const) {
      for (const event of events) {
        const log = recordingLog();
        const decisions: unknown[] = [];
        const handler = middy(async () => {
          throw new Error('the handler ran');
        }).use(
          auth0Authorizer({
            ...issuer.options,
            logger: log,
            onDecision: (decision) => {
              decisions.push(decision);
            },
          }),
        );
        expect(await invokeAsLambda(handler, event)).to.deep.equal({ kind: 'response', response: null });
        expect(log.notices).to.deep.equal([
          { level: 'debug', message: 'authorizer idle event', line: { event: kind } },
        ]);
        expect([log.lines, decisions]).to.deep.equal([[], []]);
      }
    }
  });

  it('is answered without a logger, and with one that has no debug()', async () => {
    const { debug: _, ...log } = recordingLog();
    for (const logger of [false, log, undefined] as const) {
      const chain = logger === undefined ? {} : { logger };
      const handler = middy().use(auth0Authorizer({ ...issuer.options, ...chain }));
      expect(await invokeAsLambda(handler, PINGS[0])).to.deep.equal({ kind: 'response', response: null });
    }
  });

  it('is answered by decisionLogger on its own', async () => {
    const handler = middy()
      .use(decisionLogger({ logger: false }))
      .use(headerParser());
    expect(await invokeAsLambda(handler, PINGS[0])).to.deep.equal({ kind: 'response', response: null });
  });

  it('is never an event of a gateway, whatever fields that event has', async () => {
    const marks = { ...PINGS[0], ...SCHEDULES[0], warmer: true, version: undefined };
    for (const kind of gatewayKinds()) {
      const event = { ...marks, ...eventFor(kind, { token: 'a.b.c' }) };
      const handler = middy().use(
        auth0Authorizer({ ...issuer.options, logger: false, unauthorized: 'deny' }),
      );
      const invocation = await invokeAsLambda(handler, event);
      expect(invocation.kind, kind).to.equal('response');
      expect(invocation, kind).to.have.property('response').that.is.an('object');
    }
  });

  it('is not confused with other events, which are faults', async () => {
    const handler = middy().use(auth0Authorizer({ ...issuer.options, logger: false }));
    for (const event of [{}, { source: 'aws.s3' }, { warmer: 'yes' }, { Records: [] }]) {
      expect(await invoke(handler, event)).to.have.nested.property('error.code', 'unknown_event');
    }
  });

  it('counts as the first invocation of an environment', async () => {
    const log = recordingLog();
    const handler = middy().use(auth0Authorizer({ ...issuer.options, logger: log }));
    await invokeAsLambda(handler, PINGS[0]);
    await invokeAsLambda(handler, restRequestEvent({ token: issuer.token() }));
    expect(log.lines[0]).to.include({ decision: 'allow', coldStart: false });
  });
});
