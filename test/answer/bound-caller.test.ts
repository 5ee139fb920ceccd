import { expect } from 'chai';
import { isBoundToRequest } from '../../lib/answer/bound-caller.ts';
import type { PolicySubject } from '../../lib/answer/policy-for-request.ts';
import type { PolicyTerms } from '../../lib/answer/policy-terms.ts';
import { tokenOf } from '../rules/subjects.ts';

const terms = { uncachedMembers: ['jkt'] } as unknown as PolicyTerms;

function isBound(claims: object | null, known: PolicyTerms | null): boolean {
  const token = claims === null ? null : tokenOf({ ...claims });
  return isBoundToRequest({ caller: { token } } as PolicySubject, known);
}

describe('a token is bound to its request', () => {
  it('if a member of cnf is checked at each request', () => {
    expect(isBound({ cnf: { jkt: 'x' } }, terms)).to.equal(true);
    expect(isBound({ cnf: { 'x5t#S256': 'x', jkt: 'x' } }, terms)).to.equal(true);
    expect(isBound({ cnf: { 'x5t#S256': 'x' } }, terms)).to.equal(false);
  });

  it('if it has any cnf, for policySerializer on its own', () => {
    expect(isBound({ cnf: { 'x5t#S256': 'x' } }, null)).to.equal(true);
  });

  it('not without cnf, without a token, or if no credential was accepted', () => {
    for (const known of [terms, null]) {
      for (const claims of [{}, { cnf: 'jkt' }, null]) expect(isBound(claims, known)).to.equal(false);
      expect(isBoundToRequest({ caller: null } as PolicySubject, known)).to.equal(false);
    }
  });
});
