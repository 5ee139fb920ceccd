import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import { parseRevocationsOptions } from '../../lib/revocations/revocations-settings.ts';

describe('parseRevocationsOptions', () => {
  const store = { read: async () => null };
  const parse = (options: object) => parseRevocationsOptions({ store, ...options }, 'revocations');

  it('adds the defaults', () => {
    expect(parse({})).to.deep.equal({
      store,
      refreshMs: 10_000,
      maxTtl: 49,
      staleMs: 300_000,
      onUnavailable: 'allow',
      onEvent: null,
    });
  });

  it('keeps the list at least until it is read again', () => {
    expect(parse({ refreshEvery: 600 })).to.include({ refreshMs: 600_000, staleMs: 601_000 });
    expect(parse({ refreshEvery: 1, staleFor: 2 })).to.include({ refreshMs: 1000, staleMs: 2000 });
  });

  it('leaves cached answers what remains of within', () => {
    expect(parse({ within: 11 })).to.have.property('maxTtl', 0);
    expect(parse({ within: 311, refreshEvery: 10.5 })).to.have.property('maxTtl', 299);
    expect(parse({ refreshEvery: 600 })).to.have.property('maxTtl', 0);
  });

  const refused: readonly [string, object, string][] = [
    ['no store', { store: undefined }, 'revocations.store'],
    ['a store that cannot read', { store: {} }, 'revocations.store.read'],
    ['a store whose update is no function', { store: { ...store, update: 1 } }, 'revocations.store.update'],
    ['refreshEvery in milliseconds', { refreshEvery: 10_000 }, 'revocations.refreshEvery'],
    ['refreshEvery of 0', { refreshEvery: 0 }, 'revocations.refreshEvery'],
    ['staleFor that is too short', { refreshEvery: 30, staleFor: 30 }, 'revocations.staleFor'],
    ['within that cannot hold', { within: 10 }, 'revocations.within'],
    ['an unknown onUnavailable', { onUnavailable: 'ignore' }, 'revocations.onUnavailable'],
    ['onEvent that is no function', { onEvent: 'log' }, 'revocations.onEvent'],
    ['an unknown option', { ttl: 5 }, 'revocations.ttl'],
  ];
  for (const [title, options, path] of refused) {
    it(`refuses ${title}`, () => {
      expect(() => parse(options))
        .to.throw(OptionError)
        .with.property('option', path);
    });
  }
});
