import { expect } from 'chai';
import { endpointSupplier } from '../../lib/jwks/endpoint-supplier.ts';
import { importKeys } from '../../lib/jwks/import-keys.ts';
import type { JwksError } from '../../lib/jwks/jwks-error.ts';
import { SteadyClock } from '../../lib/refreshing/clock.ts';
import { Pace } from '../../lib/refreshing/pace.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { type FakeEndpoint, fakeEndpoint } from '../support/fake-endpoint.ts';
import { JWKS_URI, namedJwks } from '../support/key-set.ts';

const COOLDOWN_MS = 30_000;

describe('endpointSupplier', () => {
  let clock: FakeClock;
  let endpoint: FakeEndpoint;
  let pace: Pace;
  let start: number;

  beforeEach(async () => {
    clock = fakeClock();
    endpoint = fakeEndpoint(clock, [(await namedJwks()).a]);
    start = clock.now();
    pace = new Pace(start, COOLDOWN_MS, () => 0);
  });

  async function supplyWith(abandonedAt: number) {
    const limits = { timeoutMs: 3000, maxBytes: 10_000 };
    const steady = new SteadyClock(clock);
    const supply = endpointSupplier({
      uri: JWKS_URI,
      fetch: endpoint.fetch,
      limits,
      clock: steady,
      importKeys,
      pace,
    });
    const [supplied] = await Promise.all([
      supply({ have: null, kid: null, abandonedAt }),
      clock.advance(100),
    ]);
    return supplied;
  }

  it('sends one request, from which the cooldown runs', async () => {
    const supplied = await supplyWith(start + 1);
    if (supplied.kind !== 'new') throw new Error(supplied.kind);
    expect([...supplied.snapshot.keys.keys()]).to.deep.equal(['a']);
    expect(supplied.snapshot).to.include({ askedAt: start, publishedAt: start, from: 'endpoint' });
    expect(endpoint.requests).to.deep.equal([start]);
    expect(pace.nextAt).to.equal(start + COOLDOWN_MS);
  });

  it('sends no request for a refresh that a freeze cut off', async () => {
    for (const abandonedAt of [start, start - 1]) {
      clock = fakeClock();
      const supplied = await supplyWith(abandonedAt);
      if (supplied.kind !== 'failed') throw new Error(supplied.kind);
      expect(supplied.older).to.equal(null);
      expect((supplied.error as JwksError).code).to.equal('jwks_abandoned');
    }
    expect(endpoint.requests).to.deep.equal([]);
    expect(pace.nextAt).to.equal(start);
  });

  it('passes on why the request failed', async () => {
    endpoint.failure = new TypeError('a bug');
    expect(await supplyWith(start + 1)).to.deep.equal({
      kind: 'failed',
      error: endpoint.failure,
      older: null,
    });
  });
});
