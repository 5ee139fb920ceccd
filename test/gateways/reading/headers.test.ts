import { expect } from 'chai';
import fc from 'fast-check';
import { isAmbiguous, readHeaders } from '../../../lib/gateways/reading/headers.ts';
import { runs } from '../../support/property-runs.ts';

const BOTH = ['headers', 'multiValueHeaders'] as const;

function ambiguousIn(event: Readonly<Record<string, unknown>>, name = 'x-a'): boolean {
  return isAmbiguous(readHeaders(event, BOTH), name);
}

describe('isAmbiguous', () => {
  const cases: readonly [what: string, event: Record<string, unknown>, expected: boolean][] = [
    ['no headers', {}, false],
    ['another header in two spellings', { headers: { 'X-B': '1', 'x-b': '2', 'x-a': '1' } }, false],
    ['two spellings among the single values', { headers: { 'X-A': '1', 'x-a': '2' } }, true],
    ['two spellings with equal values', { headers: { 'X-A': '1', 'x-a': '1' } }, true],
    ['two spellings among the lists', { multiValueHeaders: { 'X-A': ['1'], 'x-a': ['2'] } }, true],
    [
      'two spellings in both maps',
      { headers: { 'X-A': '1', 'x-a': '2' }, multiValueHeaders: { 'X-A': ['1'], 'x-a': ['2'] } },
      true,
    ],
    ['an empty list of a second spelling', { multiValueHeaders: { 'X-A': ['1'], 'x-a': [] } }, false],
    [
      'a second spelling whose value is no text',
      { headers: { 'X-A': '1', 'x-a': 2 }, multiValueHeaders: { 'x-A': [null] } },
      false,
    ],
    ['a repeated header in one spelling', { multiValueHeaders: { 'X-A': ['1', '2'] } }, false],
    [
      'the last value of the list',
      { headers: { 'X-A': '2' }, multiValueHeaders: { 'X-A': ['1', '2'] } },
      false,
    ],
    [
      'the first value of the list',
      { headers: { 'X-A': '1' }, multiValueHeaders: { 'X-A': ['1', '2'] } },
      true,
    ],
    ['another value than the list', { headers: { 'X-A': '3' }, multiValueHeaders: { 'X-A': ['1'] } }, true],
    [
      'a single value beside an empty list',
      { headers: { 'X-A': '1' }, multiValueHeaders: { 'X-A': [] } },
      false,
    ],
    [
      'the joined values of an emulator',
      { headers: { 'X-A': '1,2' }, multiValueHeaders: { 'X-A': ['1', '2'] } },
      false,
    ],
    [
      'another spelling in each map, with the last value',
      { headers: { 'x-a': '2' }, multiValueHeaders: { 'X-A': ['1', '2'] } },
      false,
    ],
    [
      'another spelling in each map, with other values',
      { headers: { 'x-a': '3' }, multiValueHeaders: { 'X-A': ['1', '2'] } },
      true,
    ],
  ];
  for (const [what, event, expected] of cases) {
    it(`is ${expected} for ${what}`, () => expect(ambiguousIn(event)).to.equal(expected));
  }

  it('reads the cookies of both maps', () => {
    const cookies = (single: string) => ({
      headers: { cookie: single },
      multiValueHeaders: { Cookie: ['a=1', 'b=2'] },
    });
    expect(ambiguousIn(cookies('a=1; b=2'), 'cookie')).to.equal(false);
    expect(ambiguousIn(cookies('b=2'), 'cookie')).to.equal(false);
    expect(ambiguousIn(cookies('c=3'), 'cookie')).to.equal(true);
  });

  it('holds for a name of JavaScript as for any other', () => {
    expect(ambiguousIn(JSON.parse('{"headers":{"__proto__":"1","__PROTO__":"2"}}'), '__proto__')).to.equal(
      true,
    );
    expect(ambiguousIn({ headers: { 'x-a': '1' } }, 'constructor')).to.equal(false);
  });

  it('is false of headers that were read of no event', () => {
    expect(isAmbiguous({ 'x-a': '1' }, 'x-a')).to.equal(false);
  });

  it('is what a search for spellings and values finds', () => {
    const names = fc.constantFrom('x-a', 'X-A', 'X-a', 'x-b');
    const values = fc.array(fc.constantFrom('1', '2', '3'), { maxLength: 3 });
    const lists = fc.dictionary(names, values);
    const singles = fc.dictionary(names, fc.constantFrom('1', '2', '3'));
    fc.assert(
      fc.property(singles, lists, (headers, multiValueHeaders) => {
        const single = Object.keys(headers).filter((key) => key.toLowerCase() === 'x-a');
        const listed = Object.keys(multiValueHeaders).filter(
          (key) => key.toLowerCase() === 'x-a' && multiValueHeaders[key]?.length !== 0,
        );
        // Either answer is safe if all spellings agree with one list, which settles the value.
        fc.pre(single.length < 2 || listed.length !== 1);
        const isSettled =
          single.length < 2 &&
          listed.length < 2 &&
          (single.length + listed.length < 2 ||
            multiValueHeaders[listed[0] as string]?.at(-1) === headers[single[0] as string]);
        expect(ambiguousIn({ headers, multiValueHeaders })).to.equal(!isSettled);
      }),
      { numRuns: runs(500, 3000) },
    );
  });
});
