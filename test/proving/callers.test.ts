import { expect } from 'chai';
import { OptionError } from '../../lib/index.ts';
import { twinnedCallers } from '../../lib/proving/callers.ts';
import type { Caller } from '../../lib/proving/probe.ts';
import { createTestIssuer } from '../../lib/testing.ts';

const issuer = createTestIssuer({ algorithm: 'ES256' });
const { domain, audience, algorithms } = issuer.options;
const OPTIONS = { domain, audience, algorithms };
const NOW = Math.floor(Date.now() / 1000);

describe('callers of prove', () => {
  const errorOf = (caller: Caller, token: string, options = {}) => {
    try {
      twinnedCallers({ ...OPTIONS, ...options }, new Map([[caller, token]]), {}, NOW);
    } catch (error) {
      expect(error).to.be.instanceOf(OptionError);
      expect((error as Error).message).not.to.include(token);
      return (error as Error).message;
    }
    throw new Error('it is accepted');
  };

  it('have twins with the same claims and another signature', () => {
    const token = issuer.token({ scope: 'read:orders' });
    const outside = { onDecision: () => {}, metrics: true };
    const { callers, options } = twinnedCallers(
      { ...OPTIONS, ...outside },
      new Map([['good', token]]),
      {},
      NOW,
    );
    const { twin = '', expires } = callers.get('good') ?? {};
    expect(twin.split('.')[1]).to.equal(token.split('.')[1]);
    expect(twin).not.to.equal(token);
    expect(expires).to.be.greaterThan(NOW);
    expect(options.logger).to.equal(false);
    expect(options).not.to.have.any.keys('onDecision', 'metrics');
  });

  it('must have signed tokens that are not bound', () => {
    const notSigned = /^token of good: is no signed JWT/;
    expect(errorOf('good', 'x1y2z3')).to.match(notSigned);
    expect(errorOf('good', 'a.b.c.d.e')).to.match(notSigned);
    expect(errorOf('good', 'a.b.c')).to.match(notSigned);
    expect(errorOf('good', issuer.token({ cnf: { jkt: 'x' } }))).to.match(/is bound to a key/);
  });

  it('must have tokens that fit their names', () => {
    const expired = issuer.token({ iat: NOW - 200, exp: NOW - 100 });
    expect(errorOf('good', expired)).to.equal('token of good: has expired: get a new one');
    expect(errorOf('expired', issuer.token())).to.equal(
      'token of expired: has not expired: wait until it has',
    );
    expect(errorOf('expiring', issuer.token())).to.equal('token of expiring: must expire within 600 seconds');
  });

  it('are judged by what the stage sees of this computer, which must be given if a rule reads it', () => {
    const ip = { routes: { 'GET /a': { ip: { allow: ['192.0.2.0/24'] } } } };
    expect(errorOf('good', issuer.token(), ip)).to.match(/^--ip: is missing/);
    const country = { rules: { country: { allow: ['DE'], source: 'cloudfront' } } };
    expect(errorOf('good', issuer.token(), country)).to.match(/^--country: is missing/);
    const given = { ip: '192.0.2.1', country: 'DE' };
    expect(() => twinnedCallers({ ...OPTIONS, ...ip }, new Map(), given, NOW)).not.to.throw();
    const off = { routes: { 'GET /a': { ip: false } } } as const;
    expect(() => twinnedCallers({ ...OPTIONS, ...off }, new Map(), {}, NOW)).not.to.throw();
  });
});
