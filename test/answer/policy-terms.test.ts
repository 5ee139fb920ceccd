import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, restRequestEvent } from '../../lib/testing.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

const issuer = createTestIssuer({ algorithm: 'ES256' });
const routes = Object.fromEntries(
  Array.from({ length: 100 }, (_, n) => [
    `GET /resource-with-a-long-name-${n}/{id}`,
    { scopes: [`s${n % 2}`] },
  ]),
);
const blocks = Array.from({ length: 35 }, (_, n) => `203.0.113.${n * 7}/32`);
const byAddress: Partial<AuthorizerOptions> = {
  conditions: { sourceIp: true },
  rules: { ip: { allow: [...blocks, '198.51.100.7'] } },
};

describe('a policy for more routes than fit', () => {
  for (const [name, options, least] of [
    ['alone', {}, 5500],
    ['with denyRest', { denyRest: true }, 5000],
    ['with addresses', byAddress, 5500],
    ['with addresses and denyRest', { ...byAddress, denyRest: true }, 5500],
    ['with tokenExpiry', { conditions: { tokenExpiry: true } }, 5500],
  ] as [string, Partial<AuthorizerOptions>, number][]) {
    it(`uses the room of an answer, and leaves out the rest: ${name}`, async () => {
      const log = recordingLog();
      const handler = middy().use(auth0Authorizer({ routes, ...options, logger: log, ...issuer.options }));
      const token = issuer.token({ scope: 's0' });
      const event = restRequestEvent({
        token,
        path: '/resource-with-a-long-name-0/1',
        sourceIp: '198.51.100.7',
      });
      const outcome = await invoke(handler, event);
      if (outcome.kind === 'error') throw outcome.error;
      expect(log.lines[0]).to.include({ decision: 'allow', policy: 'partial' });
      expect(JSON.stringify(outcome.response.policyDocument).length).to.be.within(least, 8192);
      if (Object.keys(options).length === 0) expect(verdictOf(outcome)).to.equal('Allow');
    });
  }
});
