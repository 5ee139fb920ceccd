import { expect } from 'chai';
import { auth0Authorizer } from '../../lib/index.ts';
import { restTokenEvent } from '../../lib/testing.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer, testKey } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

describe('the log line of a token that was refused', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  async function lineFor(token: string) {
    const log = recordingLog();
    const handler = middy().use(auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: log }));
    await invoke(handler, restTokenEvent({ token }));
    return log.lines[0];
  }

  for (const [code, claims] of [
    ['token_expired', { exp: 1 }],
    ['wrong_audience', { aud: 'https://else.example/' }],
    ['missing_claim', { exp: undefined }],
    ['sender_constrained_token', { cnf: { jkt: 'thumbprint' } }],
  ] as const) {
    it(`names issuer, key and where the key came from for ${code}`, async () => {
      const line = await lineFor(await issuer.token(claims));
      expect(line).to.include({ refusal: code, issuer: issuer.url, kid: issuer.key.kid });
      expect(line?.keys).to.be.oneOf(['fetched', 'fresh']);
    });
  }

  it('names the published key that a signature does not match', async () => {
    const stranger = await testKey(7, 'RS256', issuer.key.kid);
    const line = await lineFor(await issuer.token({ exp: 1 }, { key: stranger }));
    expect(line).to.include({ refusal: 'invalid_signature', issuer: issuer.url, kid: issuer.key.kid });
    expect(line?.keys).to.be.oneOf(['fetched', 'fresh']);
    expect(line).not.to.have.property('principalId');
  });

  it('names the issuer of a key that is not published, not the key', async () => {
    const line = await lineFor(await issuer.token({}, { key: await testKey(7, 'RS256', 'nobodys-key') }));
    expect(line).to.include({ refusal: 'unknown_key', issuer: issuer.url });
    expect(line).not.to.have.any.keys('kid', 'keys');
    expect(JSON.stringify(line)).not.to.include('nobodys-key');
  });

  it('names nothing for an issuer that is not configured', async () => {
    const line = await lineFor(await issuer.token({ iss: 'https://evil.example/' }));
    expect(line).to.have.property('refusal', 'unknown_issuer');
    expect(line).not.to.have.any.keys('issuer', 'kid', 'keys');
  });
});
