import { expect } from 'chai';
import { organizationName, organizationOf, tenantId } from '../../lib/token/organization.ts';
import type { AccessTokenClaims, VerifiedToken } from '../../lib/token/verified-token.ts';

const claims = (more: object) =>
  ({ iss: 'https://tenant.eu.auth0.com/', exp: 1, ...more }) as AccessTokenClaims;

describe('the organization of a token', () => {
  const cases: readonly [object, string | undefined, string | undefined][] = [
    [{}, undefined, undefined],
    [{ org_id: 'org_A' }, undefined, 'org_A'],
    [{ org_name: 'Acme' }, 'acme', 'acme'],
    [{ org_id: 'org_A', org_name: 'Acme' }, 'acme', 'org_A'],
  ];
  for (const [organization, name, id] of cases) {
    it(`is ${id} for ${JSON.stringify(organization)}, and its name ${name}`, () => {
      expect(organizationName(claims(organization))).to.equal(name);
      expect(organizationOf(claims(organization))).to.equal(id);
      expect(tenantId({ claims: claims(organization) } as VerifiedToken)).to.equal(id);
    });
  }

  it('is undefined without a token', () => {
    expect(tenantId(null)).to.equal(undefined);
  });
});
