import { expect } from 'chai';
import { decodeProtectedHeader } from 'jose';
import { TestTenant } from '../../lib/personas/test-tenant.ts';

describe('TestTenant', () => {
  it('makes tokens of the profile that the options require', () => {
    const tenant = new TestTenant();
    const typeWith = (profile?: 'any' | 'rfc9068') => {
      const options = { algorithms: ['ES256'] as const, ...(profile === undefined ? {} : { profile }) };
      return decodeProtectedHeader(tenant.issuerFor(options).token()).typ;
    };
    expect([typeWith(), typeWith('any'), typeWith('rfc9068')]).to.deep.equal(['JWT', 'JWT', 'at+jwt']);
  });
});
