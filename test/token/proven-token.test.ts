import { expect } from 'chai';
import { ProvenToken } from '../../lib/token/proven-token.ts';

describe('ProvenToken', () => {
  const plain = {
    claims: { iss: 'https://tenant.eu.auth0.com/', exp: 1 },
    audiences: ['urn:a'],
    issuer: 'https://tenant.eu.auth0.com/',
    kid: 'k',
    algorithm: 'RS256',
    keys: 'fresh',
  } as const;

  /** Derives twice, and returns how often that needed work. */
  function timesOf(token: ProvenToken | typeof plain): number {
    let times = 0;
    const derive = ({ kid }: { kid: string }) => {
      times += 1;
      return { kid };
    };
    for (let use = 0; use < 2; use += 1) {
      expect(ProvenToken.derived(token, derive)).to.deep.equal({ kid: 'k' });
    }
    return times;
  }

  it('is a frozen copy of its members', () => {
    const token = new ProvenToken(plain);
    expect({ ...token }).to.deep.equal(plain);
    expect(token).to.be.frozen;
  });

  it('remembers what is derived from it; any other token does not', () => {
    expect(timesOf(new ProvenToken(plain))).to.equal(1);
    expect(timesOf(plain)).to.equal(2);
  });
});
