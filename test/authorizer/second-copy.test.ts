import { expect } from 'chai';
import type { Refused } from '../../lib/decision/errors.ts';
import { auth0Authorizer, Forbidden } from '../../lib/index.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

/** The classes of another copy of the package, as a layer beside a bundle has them. */
const COPY: typeof import('../../lib/decision/errors.ts') = await import(
  `../../lib/decision/${'errors.ts?copy'}`
);

describe('a refusal of another copy of the package', () => {
  const issuer = createTestIssuer();
  const event = restRequestEvent({ token: issuer.token() });

  async function outcomeOf(error: Error): Promise<unknown> {
    const handler = middy(async () => {
      throw error;
    }).use(auth0Authorizer({ ...issuer.options, logger: false }));
    const decision = await decide(handler, event);
    return decision.outcome === 'deny' ? [decision.status, decision.refusal] : decision.outcome;
  }

  it('has other classes', () => {
    expect(COPY.Forbidden).not.to.equal(Forbidden);
  });

  it('refuses like one of this copy', async () => {
    expect(await outcomeOf(new COPY.Forbidden('banned'))).to.deep.equal([403, 'handler_forbidden']);
    expect(await outcomeOf(new COPY.Unauthorized())).to.deep.equal([401, 'handler_unauthorized']);
  });

  it('refuses from a rule, too', async () => {
    const check = () => {
      throw new COPY.Forbidden();
    };
    const rules = { custom: { check } };
    const handler = middy().use(auth0Authorizer({ ...issuer.options, logger: false, rules }));
    expect(await decide(handler, event)).to.include({ outcome: 'deny', refusal: 'handler_forbidden' });
  });

  it('is a fault if this copy does not know its code', async () => {
    const later: Refused = Object.assign(new COPY.Forbidden(), {
      code: 'a_code_of_a_later_version' as never,
    });
    expect(await outcomeOf(later)).to.equal('fault');
  });

  it('is not every error with such a code', async () => {
    expect(await outcomeOf(Object.assign(new Error('x'), { code: 'handler_forbidden' }))).to.equal('fault');
  });
});
