import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  formatRevocations,
  listRevocations,
  mergeRevocations,
  pruneRevocations,
  type Revocation,
} from '../../lib/revocations/entries.ts';
import { MOST_CHARACTERS, parseRevocations, REVOCATION_KINDS } from '../../lib/revocations/record.ts';
import { RevocationsError } from '../../lib/revocations/revocations-error.ts';
import { runs } from '../support/property-runs.ts';

const NOW = 1_800_000_000;
const EMPTY = parseRevocations(null);

/** Few values, so that entries meet. */
const entry: fc.Arbitrary<Revocation> = fc
  .record({
    kind: fc.constantFrom(...REVOCATION_KINDS),
    value: fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor', '1'), fc.string({ minLength: 1 })),
    issuedBefore: fc.integer({ min: 0, max: NOW + 1000 }),
    life: fc.integer({ min: 0, max: 2_592_300 }),
  })
  .map(({ life, ...rest }) => ({ ...rest, until: rest.issuedBefore + life }));
const entries = fc.array(entry, { maxLength: 20 });

const of = (added: readonly Revocation[]) => mergeRevocations(EMPTY, added);

function recordOf(content: unknown): string {
  return JSON.stringify({
    version: 1,
    entries: deflateRawSync(JSON.stringify(content)).toString('base64'),
  });
}

describe('the record of revocations', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(entries, (added) => {
        const held = of(added);
        expect(listRevocations(parseRevocations(formatRevocations(held)))).to.deep.equal(
          listRevocations(held),
        );
      }),
      { numRuns: runs(200, 5000) },
    );
  });

  it('is the same whatever the order and the repetition of the entries', () => {
    fc.assert(
      fc.property(entries, fc.infiniteStream(fc.nat()), (added, random) => {
        const shuffled = [...added, ...added]
          .map((one) => [random.next().value ?? 0, one] as const)
          .sort(([one], [other]) => one - other)
          .map(([, one]) => one);
        const half = Math.floor(shuffled.length / 2);
        const inParts = mergeRevocations(of(shuffled.slice(0, half)), shuffled.slice(half));
        expect(formatRevocations(inParts)).to.equal(formatRevocations(of(added)));
      }),
      { numRuns: runs(200, 5000) },
    );
  });

  it('keeps the stricter of each time for a value', () => {
    fc.assert(
      fc.property(entries, (added) => {
        const kept = listRevocations(of(added));
        for (const { kind, value, issuedBefore, until } of kept) {
          const same = added.filter((one) => one.kind === kind && one.value === value);
          expect(issuedBefore).to.equal(Math.max(...same.map((one) => one.issuedBefore)));
          expect(until).to.equal(Math.max(...same.map((one) => one.until)));
        }
        expect(kept.length).to.equal(new Set(added.map(({ kind, value }) => `${kind} ${value}`)).size);
      }),
      { numRuns: runs(200, 5000) },
    );
  });

  it('rounds times up to whole seconds, and ends no entry before it begins', () => {
    const [held] = listRevocations(of([{ kind: 'sub', value: 'a', issuedBefore: 5.1, until: 5.2 }]));
    expect(held).to.include({ issuedBefore: 6, until: 6 });
    const [odd] = listRevocations(of([{ kind: 'sub', value: 'a', issuedBefore: 5, until: -1 }]));
    expect(odd).to.include({ issuedBefore: 5, until: 5 });
  });

  it('leaves out the entries that have no effect any more, and no others', () => {
    fc.assert(
      fc.property(entries, (added) => {
        expect(listRevocations(pruneRevocations(of(added), NOW))).to.deep.equal(
          listRevocations(of(added)).filter(({ until }) => until > NOW),
        );
      }),
      { numRuns: runs(200, 5000) },
    );
  });

  it('holds 10,000 users in 256 KB', () => {
    const added = Array.from({ length: 10_000 }, (_, at): Revocation => {
      const issuedBefore = NOW - ((at * 7919) % 2_000_000);
      return { kind: 'sub', value: `auth0|${randomHex(at)}`, issuedBefore, until: issuedBefore + 2_592_300 };
    });
    const text = formatRevocations(of(added));
    expect(text.length).to.be.below(256_000);
    expect(listRevocations(parseRevocations(text))).to.have.length(10_000);
  });

  it('is refused when it would be too long, with what to do', () => {
    const long = Array.from({ length: 10_000 }, (_, at): Revocation => {
      const value = `${randomHex(at)}${randomHex(at + 1)}${randomHex(at + 2)}`;
      return { kind: 'sid', value, issuedBefore: NOW, until: NOW + 1 };
    });
    expect(() => formatRevocations(of(long)))
      .to.throw(RevocationsError, 'revoke by organization or client')
      .with.property('code', 'revocations_full');
  });

  it('is refused when it would be short, but larger than what is read', () => {
    const alike = Array.from(
      { length: 20_000 },
      (_, at): Revocation => ({
        kind: 'sub',
        value: 'x'.repeat(480) + at,
        issuedBefore: NOW,
        until: NOW + 1,
      }),
    );
    expect(() => formatRevocations(of(alike)))
      .to.throw(RevocationsError, 'bytes unpacked')
      .with.property('code', 'revocations_full');
  });

  const good = { sub: ['auth0|1', NOW, 60] };
  it('is read as documented', () => {
    expect(
      listRevocations(parseRevocations(recordOf({ sub: ['a', NOW, 60, 'b', 5, 0], jti: [] }))),
    ).to.deep.equal([
      { kind: 'sub', value: 'a', issuedBefore: NOW, until: NOW + 60 },
      { kind: 'sub', value: 'b', issuedBefore: NOW + 5, until: NOW + 5 },
    ]);
  });

  const damaged: readonly [string, string][] = [
    ['is empty', ''],
    ['is no JSON', 'sub'],
    ['is null', 'null'],
    ['has another version', recordOf(good).replace('"version":1', '"version":2')],
    ['has no entries', '{"version":1}'],
    ['has entries that are not packed', JSON.stringify({ version: 1, entries: 'AAAA' })],
    ['is cut off', JSON.stringify({ version: 1, entries: recordOf(good).slice(24, 40) })],
    ['is too long', recordOf(good) + ' '.repeat(MOST_CHARACTERS)],
    ['unpacks to more than 8 MiB', recordOf({ sub: ['x'.repeat(9_000_000), 1, 1] })],
    ['holds null', recordOf(null)],
    ['holds an unknown kind', recordOf({ ...good, email: ['a', 1, 1] })],
    ['holds the name of a member of Object as a kind', recordOf({ ...good, constructor: [] })],
    ['holds a column that is no list', recordOf({ sub: 'a' })],
    ['holds a column that is cut off', recordOf({ sub: ['a', 1] })],
    ['holds a value that is no text', recordOf({ sub: [1, 1, 1] })],
    ['holds a time that is no number', recordOf({ sub: ['a', '1', 1] })],
    ['holds a time that is no whole number', recordOf({ sub: ['a', 1.5, 1] })],
    ['holds a negative time', recordOf({ sub: ['a', 1, -1] })],
    ['holds a value twice', recordOf({ sub: ['a', 5, 5, 'a', 1, 1] })],
  ];
  for (const [title, text] of damaged) {
    it(`is damaged if it ${title}`, () => {
      expect(() => parseRevocations(text))
        .to.throw(RevocationsError, 'delete the record and revoke again')
        .with.property('code', 'revocations_invalid');
    });
  }
});

/** 24 hexadecimal digits without a pattern, as in the ids of Auth0's users. */
function randomHex(seed: number): string {
  let state = BigInt(seed) * 0x9e3779b97f4a7c15n + 0xd1b54a32d192ed03n;
  let digits = '';
  while (digits.length < 24) {
    state = BigInt.asUintN(64, (state ^ (state >> 29n)) * 0xbf58476d1ce4e5b9n + 0x94d049bb133111ebn);
    digits += (state >> 32n).toString(16).padStart(8, '0');
  }
  return digits.slice(0, 24);
}
