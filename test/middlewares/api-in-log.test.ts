import { expect } from 'chai';
import { auth0Authorizer, type DecisionFacts } from '../../lib/index.ts';
import { createTestIssuer } from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

describe('the field api of the log line and of onDecision', () => {
  const issuer = createTestIssuer();

  for (const { name, kind, event } of EVERY_GATEWAY) {
    it(`names the API and its stage, of each event: ${name}`, async () => {
      const logger = recordingLog();
      const facts: DecisionFacts[] = [];
      const onDecision = (_: unknown, known: DecisionFacts) => facts.push(known);
      const handler = middy().use(auth0Authorizer({ logger, onDecision, ...issuer.options }));
      const isAppSync = kind.startsWith('appsync');
      const options = { token: issuer.token(), apiId: 'orders1234', ...(isAppSync ? {} : { stage: 'live' }) };
      await invoke(handler, event(options));
      await invoke(handler, event({ ...options, apiId: 'bills12345', token: 'bad' }));
      const stage = isAppSync ? '' : '/live';
      const expected = [`orders1234${stage}`, `bills12345${stage}`];
      expect(logger.lines.map(({ api }) => api)).to.deep.equal(expected);
      expect(facts.map(({ api }) => api)).to.deep.equal(expected);
    });
  }

  it('is absent if the event names no API', async () => {
    const logger = recordingLog();
    const handler = middy().use(auth0Authorizer({ logger, ...issuer.options }));
    const requestContext = { apiId: '', requestId: 'r', accountId: '123456789012', queryString: '' };
    await invoke(handler, { authorizationToken: issuer.token(), requestContext });
    await invoke(handler, { no: 'event' });
    expect(logger.lines.map(({ decision }) => decision)).to.deep.equal(['allow', 'fault']);
    for (const line of logger.lines) expect(line).not.to.have.property('api');
  });
});
