import { expect } from 'chai';
import { finished } from '../../lib/answer/policy-terms.ts';
import { stagePolicy } from '../../lib/iam/request-policy.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { createRuleBook } from '../../lib/rules/rule-book.ts';
import { createTestIssuer, restRequestEvent } from '../../lib/testing.ts';
import { arnOf } from '../policy-compiler/support/arns.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

const issuer = createTestIssuer({ algorithm: 'ES256' });
const routes = Object.fromEntries(
  Array.from({ length: 100 }, (_, n) => [
    `GET /resource-with-a-long-name-${n}/{id}`,
    { scopes: [`s${n % 2}`] },
  ]),
);
const blocks = Array.from({ length: 64 }, (_, n) => `203.0.113.${n * 4}/32`);
const byAddress: Partial<AuthorizerOptions> = {
  conditions: { sourceIp: true },
  rules: { ip: { allow: [...blocks, '198.51.100.7'] } },
};

describe('a policy for more routes than fit', () => {
  for (const [name, options, least] of [
    ['alone', {}, 6600],
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
      expect(JSON.stringify(outcome.response.policyDocument).length).to.be.within(least, 7200);
      if (Object.keys(options).length === 0) expect(verdictOf(outcome)).to.equal('Allow');
    });
  }
});

describe('a policy with an end', () => {
  it('has none for a caller without a token', () => {
    const rules = createRuleBook({ routes: undefined, undeclared: undefined });
    const terms = { rules, compiler: null, tokenExpiry: true, denyRest: false, uncachedMembers: [] };
    const arn = arnOf('GET/a');
    const document = stagePolicy('Allow', arn);
    const anonymous = { token: null, principalId: 'anonymous', isChosen: false };
    for (const caller of [null, anonymous])
      expect(finished(document, { caller, arn }, terms)).to.equal(document);
  });
});
