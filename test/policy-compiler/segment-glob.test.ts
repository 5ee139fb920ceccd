import { expect } from 'chai';
import fc from 'fast-check';
import {
  covers,
  isWithin,
  nextSegments,
  type SegmentGlob,
  START,
  segmentGlob,
  step,
} from '../../lib/policy-compiler/segment-glob.ts';
import { runs } from '../support/property-runs.ts';

const glob = (text: string) => segmentGlob(text.split('/'));

/** The glob as IAM reads it, over paths without empty segments but for a final slash. */
function patternOf(text: string): RegExp {
  const parts = text
    .replace(/[.$]/g, '\\$&')
    .replaceAll('?*', '.+')
    .split(/(?<!\.\+)\*/);
  return new RegExp(`^${parts.join('.*')}$`);
}

const middle = fc.constantFrom('a', 'b', 'ab', '*');
const end = fc.constantFrom('a', 'b', 'ab', '*', '?*', 'a*', 'ab*', '');
const globs = fc
  .tuple(fc.array(middle, { maxLength: 3 }), end)
  .map(([before, last]) => [...before, last].join('/'));
const paths = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'ab', 'abc', 'x'), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([segments, hasSlash]) => segments.join('/') + (hasSlash ? '/' : ''));

function matches(one: SegmentGlob, path: string): boolean {
  const segments = path.split('/');
  const hasSlash = segments.at(-1) === '';
  if (hasSlash) segments.pop();
  let state = START;
  for (const segment of segments) state = step(one, state, segment);
  return (state & (hasSlash ? one.slashEnds : one.ends)) !== 0;
}

describe('a glob over segments', () => {
  it('matches the paths that IAM matches', () => {
    fc.assert(
      fc.property(globs, paths, (text, path) => {
        expect(matches(glob(text), path), `${text} on ${path}`).to.equal(patternOf(text).test(path));
      }),
      { numRuns: runs(1000, 20_000) },
    );
  });

  it('takes a segment that nothing names only by a star', () => {
    expect(step(glob('*/a'), START, null)).to.not.equal(0);
    expect(step(glob('a/b'), START, null)).to.equal(0);
    expect(step(glob('a*'), START, null)).to.equal(0);
  });

  it('names the literals that may come next, without the final slash', () => {
    expect(nextSegments(glob('*/a/'), START)).to.deep.equal([]);
    expect(nextSegments(glob('*/a/'), step(glob('*/a/'), START, 'x'))).to.deep.equal(['a']);
    expect(nextSegments(glob('a/'), step(glob('a/'), START, 'a'))).to.deep.equal([]);
  });
});

describe('covers', () => {
  it('is true only if the wide glob matches all that the narrow one does', () => {
    fc.assert(
      fc.property(globs, globs, fc.array(paths, { minLength: 5, maxLength: 5 }), (wide, narrow, some) => {
        fc.pre(covers(glob(wide), narrow.split('/')));
        for (const path of some.filter((one) => patternOf(narrow).test(one))) {
          expect(patternOf(wide).test(path), `${wide} covers ${narrow}, but not ${path}`).to.equal(true);
        }
      }),
      { numRuns: runs(500, 10_000) },
    );
  });

  for (const [wide, ...all] of [
    ['a/b', 'a/b'],
    ['*/b', 'a/b', '*/b', 'a/*/b', '*/*/b'],
    ['?*', 'a', 'a/b', '*/b', 'a*', '?*', 'a/?*', 'a/*', 'a/'],
    ['a/*', 'a/', 'a/b', 'a/*', 'a/?*', 'a/b*', 'a/*/b'],
    ['a/?*', 'a/b', 'a/?*', 'a/b*', 'a/b/*', 'a/*/b'],
    ['a*', 'a', 'ab', 'a*', 'ab*', 'a/b', 'a/?*', 'ab/'],
    ['*/a*', 'b/a', 'b/ab*', '*/a/?*'],
    ['a/', 'a/'],
    ['*/', 'a/', '*/', 'a/b/', '*/b/'],
  ] as const) {
    it(`sees that ${wide} covers ${all.join(' ')}`, () => {
      for (const narrow of all) expect(covers(glob(wide), narrow.split('/')), narrow).to.equal(true);
    });
  }

  for (const [wide, ...none] of [
    ['a/b', 'a', 'a/c', 'a/*', 'a/?*', 'a/b*', '*/b', '*', 'a/b/', 'a/b/c'],
    ['*/b', 'b', '*', '?*', '*/c', 'a/b*'],
    ['?*', '*'],
    ['a/?*', 'a', 'a/', 'a/*', '*/b', 'b/?*'],
    ['a*', '*', '?*', 'b*', 'b', '*/a'],
    ['ab*', 'a', 'a*', 'a/b'],
    ['a/', 'a', 'a/*', 'b/', 'a/b/'],
  ] as const) {
    it(`does not say that ${wide} covers ${none.join(' ')}`, () => {
      for (const narrow of none) expect(covers(glob(wide), narrow.split('/')), narrow).to.equal(false);
    });
  }

  it('holds for a glob and itself', () => {
    fc.assert(
      fc.property(globs, (text) => {
        expect(isWithin(glob(text), glob(text)), text).to.equal(true);
      }),
    );
  });
});
