import { expect } from 'chai';
import { statusFlaw, unreachableError } from '../../lib/jwks/response-flaw.ts';

describe('statusFlaw', () => {
  const cases: readonly [number, string | null][] = [
    [200, null],
    [201, 'jwks_status'],
    [299, 'jwks_status'],
    [300, 'jwks_redirect'],
    [399, 'jwks_redirect'],
    [400, 'jwks_status'],
    [429, 'jwks_status'],
  ];
  for (const [status, code] of cases) {
    it(`is ${code} for ${status}`, () => {
      const flaw = statusFlaw(status, {}, 'the endpoint');
      expect(flaw?.code ?? null).to.equal(code);
      if (flaw === null) return;
      expect(flaw).to.include({ status, retryAfterMs: 0, name: 'JwksError' });
      expect(flaw.ignored).to.deep.equal([]);
    });
  }
});

describe('unreachableError', () => {
  it('lists the reasons of all addresses if the cause has no message of its own', () => {
    const reasons = [new Error('one is down'), new Error('two is down')];
    expect(unreachableError('x', new AggregateError(reasons)).cause).to.have.property(
      'message',
      'one is down; two is down',
    );
    expect(unreachableError('x', new AggregateError(reasons, 'all down')).cause).to.have.property(
      'message',
      'all down',
    );
  });

  it('leaves any other cause as it is', () => {
    const cause = new Error('');
    const error = unreachableError('x', cause);
    expect(error).to.include({ code: 'jwks_unreachable', cause, status: null });
    expect(cause.message).to.equal('');
  });
});
