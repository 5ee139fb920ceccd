import { expect } from 'chai';
import fc from 'fast-check';
import { Refused } from '../../lib/decision/errors.ts';
import { bearerCredential } from '../../lib/token/credential.ts';
import { createVerifier } from '../../lib/token/verifier.ts';
import { parseVerifierOptions } from '../../lib/token/verifier-settings.ts';
import { NO_REQUEST } from '../support/bound-request.ts';
import { signToken, type TestKey, testKey, userClaims } from '../support/issuer.ts';
import { testKeySource } from '../support/key-source.ts';
import { runs } from '../support/property-runs.ts';

const ISSUERS = ['https://one.example/', 'https://two.example/', 'https://three.example/'];
const AUDIENCES = ['orders', 'bills', 'admin', 'other'];

/** `null` = the issuer takes the top-level audience. */
type Bindings = readonly (readonly string[] | null)[];

const audiences = fc.uniqueArray(fc.constantFrom(...AUDIENCES), { minLength: 1, maxLength: 3 });
const bindings: fc.Arbitrary<Bindings> = fc.array(fc.option(audiences), {
  minLength: 1,
  maxLength: ISSUERS.length,
});

function optionsFor(bound: Bindings, common: readonly string[]) {
  const issuer = bound.map((audience, index) => {
    const name = ISSUERS[index] as string;
    return audience === null ? name : { issuer: name, audience };
  });
  const hasPlain = bound.includes(null);
  return { issuer, algorithms: ['ES256'], ...(hasPlain ? { audience: common } : {}) };
}

describe('audiences that are bound to their issuers', () => {
  let key: TestKey;
  before(async () => {
    key = await testKey(0, 'ES256');
  });

  /** The token's accepted audiences, new and known; the code if the token is refused. */
  async function outcomes(options: object, issuer: string, aud: string | readonly string[]) {
    const settings = parseVerifierOptions(options, '');
    const source = testKeySource(key);
    const verifier = createVerifier(settings, new Map(settings.issuers.map((name) => [name, source])));
    const token = await signToken(userClaims(issuer, { aud }), key);
    const verifyOnce = async () =>
      (await verifier.verify(bearerCredential(token), 1000, NO_REQUEST)).audiences;
    return Promise.all(
      [verifyOnce, verifyOnce].map((call) =>
        call().catch((error: unknown) => (error instanceof Refused ? error.code : error)),
      ),
    );
  }

  it('let a token pass exactly if its own issuer has one of its audiences', async () => {
    let passed = 0;
    let refused = 0;
    const property = fc.asyncProperty(
      bindings,
      audiences,
      fc.nat(ISSUERS.length - 1),
      fc.oneof(fc.constantFrom(...AUDIENCES), audiences),
      async (bound, common, index, aud) => {
        const issuer = ISSUERS[index % bound.length] as string;
        const own = bound[index % bound.length] ?? common;
        const expected = [aud].flat().filter((one) => own.includes(one));
        const wanted = expected.length === 0 ? 'wrong_audience' : expected;
        expect(await outcomes(optionsFor(bound, common), issuer, aud)).to.deep.equal([wanted, wanted]);
        if (expected.length === 0) refused += 1;
        else passed += 1;
      },
    );
    await fc.assert(property, { numRuns: runs(200, 5000) });
    expect(Math.min(passed, refused)).to.be.above((passed + refused) / 10);
  });

  it('refuse a token of one domain with the audience of the other', async () => {
    const domain = [
      { domain: 'one.eu.auth0.com', audience: 'orders' },
      { domain: 'two.eu.auth0.com', audience: ['bills', 'admin'] },
    ];
    const options = { domain, algorithms: ['ES256'] };
    const first = 'https://one.eu.auth0.com/';
    expect(await outcomes(options, first, 'orders')).to.deep.equal([['orders'], ['orders']]);
    expect(await outcomes(options, first, ['bills', 'admin'])).to.deep.equal(Array(2).fill('wrong_audience'));
  });
});
