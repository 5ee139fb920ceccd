import { expect } from 'chai';
import fc from 'fast-check';
import { mergeRevocations, type Revocation } from '../../lib/revocations/entries.ts';
import { REVOCATION_KINDS } from '../../lib/revocations/record.ts';
import { type RevocableClaims, revokedBy } from '../../lib/revocations/revoked-by.ts';
import { runs } from '../support/property-runs.ts';

const NOW = 1_800_000_000;
const entry = (kind: Revocation['kind'], value: string, over: Partial<Revocation> = {}): Revocation => ({
  kind,
  value,
  issuedBefore: NOW - 100,
  until: NOW + 100,
  ...over,
});
const found = (claims: RevocableClaims, ...entries: Revocation[]) =>
  revokedBy(mergeRevocations(new Map(), entries), claims, NOW);

describe('revokedBy', () => {
  const old = { iat: NOW - 200 };

  it('finds the entry of each kind', () => {
    const claims = { ...old, sub: 's', org_id: 'o', azp: 'c', sid: 'i', jti: 'j' };
    const values = { sub: 's', org_id: 'o', client: 'c', sid: 'i', jti: 'j' };
    for (const kind of REVOCATION_KINDS) {
      expect(found(claims, entry(kind, values[kind]))).to.equal(kind);
      expect(found(claims, entry(kind, 'other'))).to.equal(null);
    }
    expect(found({ ...old, client_id: 'c' }, entry('client', 'c'))).to.equal('client');
  });

  it('finds the application under either claim if a token has both', () => {
    const both = { ...old, azp: 'a', client_id: 'c' };
    expect(found(both, entry('client', 'c'))).to.equal('client');
    expect(found(both, entry('client', 'a'))).to.equal('client');
    expect(found(both, entry('client', 'b'))).to.equal(null);
    expect(found(both, entry('client', 'a', { until: NOW }), entry('client', 'c'))).to.equal('client');
  });

  it('compares values with the claim of their kind only', () => {
    const claims = { ...old, sub: 'a', client: 'b', org_name: 'c' };
    expect(found(claims, entry('org_id', 'a'), entry('client', 'b'), entry('org_id', 'c'))).to.equal(null);
  });

  it('compares iat exactly, without a tolerance', () => {
    const at = (iat: number) => found({ sub: 's', iat }, entry('sub', 's'));
    expect([NOW - 101, NOW - 100.5, NOW - 100, NOW - 99].map(at)).to.deep.equal(['sub', 'sub', null, null]);
  });

  it('counts a token without iat as revoked by any entry that names it', () => {
    expect(found({ sub: 's' }, entry('sub', 's', { issuedBefore: 1 }))).to.equal('sub');
  });

  it('ignores an entry from its end on, and looks further', () => {
    const ended = entry('sub', 's', { until: NOW });
    expect(found({ ...old, sub: 's' }, ended)).to.equal(null);
    expect(found({ sub: 's' }, ended)).to.equal(null);
    expect(found({ ...old, sub: 's', jti: 'j' }, ended, entry('jti', 'j'))).to.equal('jti');
  });

  it('is not confused by names of members of Object', () => {
    expect(
      found({ ...old, sub: 'constructor', org_id: '__proto__' }, entry('sub', 's'), entry('org_id', 'o')),
    ).to.equal(null);
  });

  it('agrees with a search through all entries', () => {
    const value = fc.constantFrom('a', 'b', 'c');
    const time = fc.integer({ min: NOW - 3, max: NOW + 3 });
    const claims = fc.record(
      { sub: value, org_id: value, azp: value, client_id: value, sid: value, jti: value, iat: time },
      { requiredKeys: [] },
    );
    const one = fc
      .record({
        kind: fc.constantFrom(...REVOCATION_KINDS),
        value,
        issuedBefore: time,
        life: fc.integer({ min: 0, max: 4 }),
      })
      .map(({ life, ...rest }) => ({ ...rest, until: rest.issuedBefore + life }));
    fc.assert(
      fc.property(claims, fc.array(one, { maxLength: 6 }), (token, entries) => {
        const { azp, client_id, ...others } = token;
        const named: readonly (readonly [string, unknown])[] = [
          ...Object.entries(others),
          ['client', azp],
          ['client', client_id],
        ];
        // The stricter of each time counts for entries with one value.
        const strictest = (kind: string, wanted: string) => {
          const same = entries.filter((other) => other.kind === kind && other.value === wanted);
          return {
            issuedBefore: Math.max(...same.map(({ issuedBefore }) => issuedBefore)),
            until: Math.max(...same.map(({ until }) => until)),
          };
        };
        const isRevoked = entries.some((other) => {
          const { issuedBefore, until } = strictest(other.kind, other.value);
          const isOld = token.iat === undefined || token.iat < issuedBefore;
          const isNamed = named.some(([kind, value]) => kind === other.kind && value === other.value);
          return isNamed && isOld && until > NOW;
        });
        expect(found(token, ...entries) !== null).to.equal(isRevoked);
      }),
      { numRuns: runs(500, 50_000) },
    );
  });
});
