import { expect } from 'chai';
import sinon from 'sinon';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { restRequestEvent } from '../../lib/testing.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

describe('the option allowSampleRate', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());
  afterEach(() => sinon.restore());

  function logged(options: Partial<AuthorizerOptions>) {
    const log = recordingLog();
    const chain = auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: log, ...options });
    return { log, handler: middy().use(chain) };
  }

  it('logs all allows by default', async () => {
    sinon.stub(Math, 'random').returns(0.999);
    const { log, handler } = logged({});
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    expect(log.lines).to.have.length(1);
  });

  it('samples each allow by itself', async () => {
    const { log, handler } = logged({ allowSampleRate: 0.25 });
    const event = restRequestEvent({ token: await issuer.token() });
    const random = sinon.stub(Math, 'random');
    for (const chance of [0.9, 0.25, 0.2499, 0]) {
      random.returns(chance);
      await invoke(handler, event);
    }
    expect(log.lines.map(({ coldStart }) => coldStart)).to.deep.equal([false, false]);
  });

  it('logs all denials and faults', async () => {
    const { log, handler } = logged({ allowSampleRate: 0 });
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    await invoke(handler, restRequestEvent());
    await invoke(handler, { no: 'event' });
    expect(log.lines.map(({ decision }) => decision)).to.deep.equal(['deny', 'fault']);
  });

  it('logs each allow that a report-only rule would have refused', async () => {
    const { log, handler } = logged({
      allowSampleRate: 0,
      rules: { scopes: { all: ['none'], reportOnly: true } },
    });
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    expect(log.lines).to.have.length(1);
  });

  it('logs the set-up notice at any rate', async () => {
    const { log, handler } = logged({
      allowSampleRate: 0,
      rules: { country: { allow: ['DE'], source: 'cloudfront' } },
    });
    const headers = { 'CloudFront-Viewer-Country': 'DE' };
    const event = restRequestEvent({ token: await issuer.token(), headers });
    await invoke(handler, event);
    await invoke(handler, event);
    expect(log.lines).to.have.length(0);
    expect(log.setUps).to.have.length(1);
  });
});
