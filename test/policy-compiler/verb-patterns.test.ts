import { expect } from 'chai';
import { OTHER } from '../../lib/policy-compiler/route-automaton.ts';
import { namesOf, patternsFor, sizeOf, verbSetOf } from '../../lib/policy-compiler/verb-patterns.ts';

const EVERY = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function written(verbs: readonly string[], crossing: readonly string[]): readonly string[] {
  return patternsFor(verbSetOf(verbs), ({ text }) => crossing.includes(text)).map(({ text }) => text);
}

describe('the patterns for a set of verbs', () => {
  const cases: readonly (readonly [verbs: readonly string[], crossing: readonly string[], texts: string])[] =
    [
      [['GET'], [], 'GET'],
      [['GET'], ['*'], 'GET'],
      [['GET', 'DELETE'], ['*'], '*'],
      [['GET', 'DELETE'], [], 'GET DELETE'],
      [['GET', 'PUT'], [], '???'],
      [['HEAD', 'POST'], [], '????'],
      [['GET', 'HEAD', 'POST', 'PUT'], [], '??? ????'],
      [['GET', 'HEAD'], [], 'GET HEAD'],
      [['POST', 'PUT'], ['P*'], 'P*'],
      [['POST', 'PUT'], [], 'POST PUT'],
      [['POST'], ['P*'], 'POST'],
      [['POST', 'PATCH', 'DELETE'], ['P*'], 'P* DELETE'],
      [['GET', 'POST', 'PUT'], ['P*'], 'P* GET'],
      [[OTHER], [], ''],
      [['GET', OTHER], [], 'GET'],
      [['GET', OTHER], ['*'], '*'],
      [['POST', OTHER], ['P*'], 'POST'],
      [[], ['*', 'P*'], ''],
    ];
  for (const [verbs, crossing, texts] of cases) {
    const may = crossing.length === 0 ? '' : ` if ${crossing.join(' and ')} may cross into the path`;
    it(`are ${texts || 'none'} for ${verbs.join(', ') || 'no verb'}${may}`, () => {
      const found = written(verbs, crossing);
      expect([...found].sort()).to.deep.equal(texts.split(' ').filter(Boolean).sort());
    });
  }

  it('are the names for the stage *, without methods that no route key can name', () => {
    expect(namesOf(verbSetOf([...EVERY, OTHER])).map(({ text }) => text)).to.have.members(EVERY);
    expect(namesOf(verbSetOf(['PUT', 'GET'])).map(({ text }) => text)).to.have.members(['GET', 'PUT']);
  });
});

describe('the size of a glob', () => {
  /** What a resource has besides its verb, its slash and its path. */
  const rest = sizeOf('', verbSetOf(['GET'])) - 'GET/'.length;

  it('counts a resource with prefix, verb and path for each pattern of its verbs', () => {
    const sizes = [['GET'], ['DELETE'], ['GET', 'PUT'], ['GET', 'DELETE'], ['HEAD', 'POST', 'PATCH'], []].map(
      (verbs) => sizeOf('users/*', verbSetOf(verbs)),
    );
    const resource = (text: string) => `${text}/users/*`.length + rest;
    expect(sizes).to.deep.equal([
      resource('GET'),
      resource('DELETE'),
      resource('???'),
      resource('GET') + resource('DELETE'),
      resource('????') + resource('PATCH'),
      0,
    ]);
    expect(rest).to.be.within(40, 50);
  });
});
