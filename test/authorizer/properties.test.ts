import { expect } from 'chai';
import fc from 'fast-check';
import { AuthorizerError, auth0Authorizer } from '../../lib/index.ts';
import { type Damage, damaged, damages } from '../support/damage.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { invoke, type Outcome, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

/** The invariants of the whole: whatever comes in, it settles, and nothing but a verified token is allowed. */
describe('auth0Authorizer, for any input', () => {
  let issuer: Issuer;
  let good: string;
  let handler: ReturnType<typeof authorizer>;

  function authorizer() {
    return middy().use(
      auth0Authorizer({
        issuer: issuer.url,
        audience: AUDIENCE,
        logger: false,
        routes: { 'GET /orders': { scopes: ['read:orders'] }, 'GET /open': { token: 'optional' } },
        tokenSource: { header: 'authorization', query: 'access_token', cookie: 'session' },
      }),
    );
  }

  before(async () => {
    issuer = await startIssuer();
    good = await issuer.token();
    handler = authorizer();
  });
  after(() => issuer.close());

  function expectNoAllow(outcome: Outcome): void {
    if (outcome.kind === 'error') {
      const ours = outcome.error instanceof AuthorizerError || outcome.error.message === 'Unauthorized';
      expect(ours, `an error of this package, not ${outcome.error.stack}`).to.equal(true);
    } else {
      expect(verdictOf(outcome)).to.equal('Deny');
    }
  }

  it('never allows an arbitrary JSON value as an event', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (event) => {
        expectNoAllow(await invoke(handler, event));
      }),
      { numRuns: 500 },
    );
  });

  const changes = fc.array(damages, { minLength: 1, maxLength: 3 });
  const prototype: Damage = {
    at: [],
    change: { kind: 'add', key: '__proto__', value: { isAuthorized: true } },
  };
  const anyDamage = fc
    .tuple(changes, fc.boolean())
    .map(([list, withPrototype]) => (withPrototype ? [...list, prototype] : list));

  for (const gateway of EVERY_GATEWAY) {
    it(`never allows a damaged event of ${gateway.name} without a good token`, async () => {
      await fc.assert(
        fc.asyncProperty(anyDamage, async (how) => {
          const event = gateway.event({
            token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln',
            headers: { 'X-Other': '1' },
          });
          expectNoAllow(await invoke(handler, damaged(event, how)));
        }),
        { numRuns: 150 },
      );
    });

    it(`answers a damaged event of ${gateway.name} with a good token`, async () => {
      await fc.assert(
        fc.asyncProperty(anyDamage, async (how) => {
          const outcome = await invoke(
            handler,
            damaged(gateway.event({ token: good, path: '/orders' }), how),
          );
          if (outcome.kind === 'error') expectNoAllow(outcome);
          else expect(verdictOf(outcome)).to.be.oneOf(['Allow', 'Deny']);
        }),
        { numRuns: 150 },
      );
    });
  }

  it('answers requests with headers of megabytes', async () => {
    const huge = 'a'.repeat(3_000_000);
    for (const gateway of EVERY_GATEWAY) {
      expectNoAllow(await invoke(handler, gateway.event({ token: huge })));
      expectNoAllow(await invoke(handler, gateway.event({ authorization: huge })));
      expectNoAllow(
        await invoke(handler, gateway.event({ authorization: `Bearer ${' '.repeat(1_000_000)}x` })),
      );
      expectNoAllow(
        await invoke(handler, gateway.event({ headers: { Cookie: 'session=;'.repeat(100_000) } })),
      );
    }
  });

  it('allows the unchanged token only, for any mutation', async () => {
    const mutation = fc.oneof(
      fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.integer({ min: 0, max: 6 }) }),
      fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), bit: fc.constant(0) }),
      fc.record({
        kind: fc.constant('insert' as const),
        at: fc.nat(),
        bit: fc.integer({ min: 0, max: 127 }),
      }),
      fc.record({ kind: fc.constant('swap' as const), at: fc.nat(), bit: fc.constant(0) }),
    );
    const gateway = EVERY_GATEWAY[0];
    expect(gateway).not.to.equal(undefined);
    await fc.assert(
      fc.asyncProperty(mutation, async ({ kind, at, bit }) => {
        const mutated = mutate(good, kind, at % good.length, bit);
        fc.pre(mutated !== good && mutated.trim() !== good);
        expectNoAllow(await invoke(handler, gateway?.event({ token: mutated, path: '/orders' })));
      }),
      { numRuns: 1000 },
    );
    expect(verdictOf(await invoke(handler, gateway?.event({ token: good, path: '/orders' })))).to.match(
      /Allow/,
    );
  });
});

function mutate(token: string, kind: 'flip' | 'cut' | 'insert' | 'swap', at: number, bit: number): string {
  const before = token.slice(0, at);
  const code = token.charCodeAt(at);
  if (kind === 'flip') return before + String.fromCharCode(code ^ (1 << bit)) + token.slice(at + 1);
  if (kind === 'cut') return before + token.slice(at + 1);
  if (kind === 'insert') return before + String.fromCharCode(bit) + token.slice(at);
  return token.slice(at) + before;
}
