import { expect } from 'chai';
import { type CallerSettings, callerParts } from '../../lib/answer/caller-parts.ts';
import { AuthorizerFault, Forbidden } from '../../lib/decision/errors.ts';
import type { Caller } from '../../lib/invocation/invocation.ts';
import { requestOf, tokenOf } from '../rules/subjects.ts';

const NO_SETTINGS: CallerSettings = {
  context: undefined,
  principalId: undefined,
  usageIdentifierKey: undefined,
  traceId: null,
};
const FUNCTIONS = ['principalId', 'context', 'usageIdentifierKey'] as const;

function partsOf(settings: Partial<CallerSettings>, caller: Partial<Caller> = {}) {
  const known: Caller = { token: tokenOf(), principalId: 'auth0|1', isChosen: false, ...caller };
  return callerParts(known, requestOf(), { ...NO_SETTINGS, ...settings });
}

function thrownBy(settings: object): unknown {
  try {
    return partsOf(settings);
  } catch (error) {
    return error;
  }
}

describe('callerParts', () => {
  it('has the subject, and no usage identifier key, without options', () => {
    const parts = partsOf({ context: false });
    expect(parts).to.deep.equal({ principalId: 'auth0|1', context: {} });
  });

  it('has the results of the options, which receive the token and the request', () => {
    const receives = (...received: unknown[]) => {
      expect(received).to.deep.equal([tokenOf(), requestOf()]);
      return 'mine';
    };
    const parts = partsOf({
      principalId: receives,
      context: (...received) => ({ plan: receives(...received) }),
      usageIdentifierKey: receives,
    });
    expect(parts).to.deep.equal({
      principalId: 'mine',
      context: { plan: 'mine' },
      usageIdentifierKey: 'mine',
    });
    expect(partsOf({ context: false, usageIdentifierKey: () => undefined })).not.to.have.property(
      'usageIdentifierKey',
    );
  });

  it('keeps a principal that was chosen before', () => {
    const parts = partsOf({ principalId: () => 'other' }, { principalId: 'chosen', isChosen: true });
    expect(parts.principalId).to.equal('chosen');
  });

  it('has the ID of the trace in the context, which the option context replaces', () => {
    const traceId = () => '1-abc';
    expect(partsOf({ context: false, traceId }).context).to.deep.equal({ traceId: '1-abc' });
    expect(partsOf({ context: () => ({ traceId: 'own' }), traceId }).context.traceId).to.equal('own');
  });

  for (const name of FUNCTIONS) {
    it(`passes on a refusal of the option ${name}, and turns other errors into a fault that names it`, () => {
      const throwing = (error: Error) => ({
        [name]: () => {
          throw error;
        },
      });
      const refusal = new Forbidden();
      expect(thrownBy(throwing(refusal))).to.equal(refusal);
      const cause = new TypeError('boom');
      const fault = thrownBy(throwing(cause));
      expect(fault).to.be.instanceOf(AuthorizerFault).and.include({ code: 'handler_error', cause });
      expect(fault).to.have.property('message').that.contains(`the option ${name} threw`);
    });

    it(`ends in a fault that names the option ${name} if its result is unusable`, () => {
      const fault = thrownBy({ [name]: () => 7 });
      expect(fault).to.be.instanceOf(AuthorizerFault).with.property('code', 'handler_result');
      expect(fault).to.have.property('message').that.contains(`the result of the option ${name} must be`);
    });
  }
});
