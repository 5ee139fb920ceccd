import { expect } from 'chai';
import { auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, restRequestEvent } from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

/** Some that no token has, among them those that a lenient decoder skips or takes for another. */
const FOREIGN = ['"', '\t', '\n', '\0', '%', '+', '/', '=', 'é', 'Ł', '🙂', '\u2028', ';'];

describe('a token whose claims have characters that mislead readers', () => {
  it('is logged with these escaped, and reaches the backend as it is', async () => {
    const issuer = createTestIssuer();
    const sub = 'auth0|\u202e1\x9b31m';
    const log = recordingLog();
    const handler = middy().use(auth0Authorizer({ ...issuer.options, logger: log, logClaims: ['team'] }));
    const token = issuer.token({ sub, azp: 'a\u2066b', team: ['\u202e'] });
    const outcome = await invoke(handler, restRequestEvent({ token }));
    expect(log.lines[0]).to.deep.include({
      principalId: 'auth0|\\u202e1\\u009b31m',
      client: 'a\\u2066b',
      claims: { team: ['\\u202e'] },
    });
    expect(outcome).to.have.nested.property('response.context.sub', sub);
  });
});

describe('a token with a foreign character', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  for (const gateway of EVERY_GATEWAY) {
    it(`is refused as malformed on ${gateway.name}, although the token itself is known`, async () => {
      const log = recordingLog();
      const handler = middy().use(auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: log }));
      const token = await issuer.token();
      await invoke(handler, gateway.event({ token }));
      for (const character of FOREIGN) {
        for (const at of [5, token.indexOf('.') + 5, token.lastIndexOf('.') + 5, token.length - 1]) {
          for (const cut of [0, 1]) {
            const changed = token.slice(0, at) + character + token.slice(at + cut);
            await invoke(handler, gateway.event({ token: changed }));
          }
        }
      }
      const [first, ...others] = log.lines;
      expect(first).to.have.property('decision', 'allow');
      expect(others).to.have.length(FOREIGN.length * 8);
      expect(new Set(others.map(({ refusal }) => refusal))).to.deep.equal(new Set(['malformed_token']));
    });
  }
});
