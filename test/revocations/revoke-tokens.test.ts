import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import { type RevokeTokensOptions, revokeTokens } from '../../lib/revocations.ts';
import { type MemoryStore, memoryStore } from '../support/memory-store.ts';

describe('revokeTokens', () => {
  let store: MemoryStore;
  beforeEach(() => {
    store = memoryStore(Date);
  });

  const nowInSeconds = () => Math.floor(Date.now() / 1000);

  it('revokes all tokens of this second and before, for as long as Auth0 lets tokens live', async () => {
    const before = nowInSeconds();
    const { revocations, isWritten } = await revokeTokens({ store, tokens: { sub: 'auth0|1' } });
    expect(isWritten).to.equal(true);
    expect(revocations).to.have.length(1);
    const [entry] = revocations;
    expect(entry).to.include({ kind: 'sub', value: 'auth0|1' });
    expect(entry?.issuedBefore).to.be.within(before + 1, nowInSeconds() + 1);
    // 300 seconds more: the largest clockTolerance.
    expect(entry?.until).to.equal(Number(entry?.issuedBefore) + 30 * 86_400 + 300);
  });

  it('revokes several, before a given time and with a shorter life', async () => {
    const issuedBefore = nowInSeconds() - 100;
    const tokens = [{ org_id: 'org_1' }, { client: 'app' }, { sid: 's' }, { jti: 'j' }] as const;
    const { revocations } = await revokeTokens({ store, tokens, issuedBefore, tokenLifetime: 3600 });
    expect(revocations).to.deep.equal(
      (['org_id', 'client', 'sid', 'jti'] as const).map((kind, at) => ({
        kind,
        value: ['org_1', 'app', 's', 'j'][at],
        issuedBefore,
        until: issuedBefore + 3900,
      })),
    );
  });

  it('writes nothing if all tokens have expired', async () => {
    const result = await revokeTokens({ store, tokens: { sub: 'a' }, issuedBefore: 1_000_000 });
    expect(result).to.deep.equal({ revocations: [], isWritten: false });
  });

  it('needs no leases', async () => {
    const { read, write } = store;
    await revokeTokens({ store: { read, write }, tokens: { sub: 'a' } });
    expect(store.calls).to.include({ write: 1, lease: 0 });
  });

  it('needs a store that writes', async () => {
    const error = await revokeTokens({ store: store.readOnly as never, tokens: { sub: 'a' } }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(OptionError).with.property('option', 'store');
  });

  const milliseconds = Date.now();
  const refused: readonly [string, object, string][] = [
    ['no store', { store: undefined }, 'store'],
    ['no tokens', { tokens: undefined }, 'tokens'],
    ['an empty list', { tokens: [] }, 'tokens'],
    ['tokens of no kind', { tokens: {} }, 'tokens'],
    ['tokens of two kinds', { tokens: { sub: 'a', org_id: 'b' } }, 'tokens'],
    ['tokens of an unknown kind', { tokens: { email: 'a' } }, 'tokens.email'],
    ['an unknown kind in a list', { tokens: [{ sub: 'a' }, { azp: 'a' }] }, 'tokens[1].azp'],
    ['an empty value', { tokens: { sub: '' } }, 'tokens.sub'],
    ['a value that is no text', { tokens: [{ sub: null }] }, 'tokens[0].sub'],
    ['a value that is too long', { tokens: { sub: 'x'.repeat(513) } }, 'tokens.sub'],
    ['a time in milliseconds', { issuedBefore: milliseconds }, 'issuedBefore'],
    ['a time with a fraction', { issuedBefore: 1.5 }, 'issuedBefore'],
    ['a life of more than 30 days', { tokenLifetime: 2_592_001 }, 'tokenLifetime'],
    ['an unknown option', { reason: 'left' }, 'reason'],
  ];
  for (const [title, options, path] of refused) {
    it(`refuses ${title}`, async () => {
      const given = { store, tokens: { sub: 'a' }, ...options } as RevokeTokensOptions;
      const error = await revokeTokens(given).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(OptionError).with.property('option', path);
      expect(store.records).to.be.empty;
    });
  }
});
