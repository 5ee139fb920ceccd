import { expect } from 'chai';
import { OptionError } from '../../lib/index.ts';
import { kindOf } from '../../lib/util/kind-of.ts';
import {
  boolean,
  func,
  nonEmptyList,
  nonEmptyString,
  nonEmptyStrings,
  oneOf,
  plainMap,
  plainObject,
  seconds,
  wholeNumber,
} from '../../lib/util/option-checks.ts';

describe('the option checks', () => {
  const refusals: readonly [name: string, check: () => unknown, message: string][] = [
    [
      'an unknown key',
      () => plainObject({ a: 1 }, 'jwks', ['uri']),
      'jwks.a: is not an option; known options: uri',
    ],
    [
      'an unknown key at the top',
      () => plainObject({ a: 1 }, '', ['uri']),
      'a: is not an option; known options: uri',
    ],
    ['a list as an object', () => plainMap([], 'rules'), 'rules: must be an object, not an empty array'],
    [
      'a Map as an object',
      () => plainMap(new Map(), ''),
      'options: must be an object, not an object of a class',
    ],
    [
      'a string with nothing but spaces',
      () => nonEmptyString('  ', 'x'),
      "x: must be a non-empty string, not '  '",
    ],
    ['a number as a string', () => nonEmptyString(1, 'x'), 'x: must be a non-empty string, not 1'],
    [
      'an empty string as a list',
      () => nonEmptyStrings('', 'x'),
      'x: must be a non-empty string, not an empty string',
    ],
    [
      'a list with a hole',
      () => nonEmptyStrings(['a', null], 'x'),
      'x[1]: must be a non-empty string, not null',
    ],
    ['an item twice', () => nonEmptyStrings(['a', 'a'], 'x'), 'x[1]: is in the list twice'],
    [
      'no list',
      () => nonEmptyList({}, 'x', nonEmptyString),
      'x: must be a list with at least one item, not an object',
    ],
    [
      'a time out of range',
      () => seconds(61, 'x', 0, 60),
      'x: must be a number from 0 to 60 seconds, not 61',
    ],
    [
      'a time as a string',
      () => seconds('5', 'x', 0, 60),
      "x: must be a number from 0 to 60 seconds, not '5'",
    ],
    [
      'not a number',
      () => seconds(Number.NaN, 'x', 0, 60),
      'x: must be a number from 0 to 60 seconds, not NaN',
    ],
    ['a fraction', () => wholeNumber(1.5, 'x', 0, 9), 'x: must be a whole number, not 1.5'],
    ['a large number', () => wholeNumber(10, 'x', 0, 9), 'x: must be a number from 0 to 9, not 10'],
    ['a wrong choice', () => oneOf('c', 'x', ['a', 'b']), "x: must be 'a' or 'b', not 'c'"],
    [
      'a choice that is no string',
      () => oneOf(undefined, 'x', ['a', 'b']),
      "x: must be 'a' or 'b', not undefined",
    ],
    ['a string as a boolean', () => boolean('true', 'x'), "x: must be true or false, not 'true'"],
    ['an object as a function', () => func({}, 'x'), 'x: must be a function, not an object'],
  ];
  for (const [name, check, message] of refusals) {
    it(`refuse ${name}`, () => {
      expect(check).to.throw(OptionError).with.property('message', message);
    });
  }

  it('return a valid value', () => {
    const options = Object.assign(Object.create(null), { uri: 'x' });
    expect(plainObject(options, '', ['uri'])).to.equal(options);
    expect(nonEmptyStrings('a', 'x')).to.deep.equal(['a']);
    expect(nonEmptyStrings(['a', 'b'], 'x')).to.deep.equal(['a', 'b']).and.to.be.frozen;
    expect(seconds(0.5, 'x', 0, 60)).to.equal(0.5);
    expect(wholeNumber(9, 'x', 0, 9)).to.equal(9);
    expect(oneOf('b', 'x', ['a', 'b'])).to.equal('b');
    expect(boolean(false, 'x')).to.equal(false);
    expect(func(kindOf, 'x')).to.equal(kindOf);
  });

  it('accept a plain object of another realm', async () => {
    const { runInNewContext } = await import('node:vm');
    expect(plainMap(runInNewContext('({ a: 1 })'), 'x')).to.have.property('a', 1);
  });

  it('describe a value in few words', () => {
    const values = [null, '', [], [1], {}, 'text', 'x'.repeat(99), kindOf, true, 3n];
    expect(values.map(kindOf)).to.deep.equal([
      'null',
      'an empty string',
      'an empty array',
      'an array',
      'an object',
      "'text'",
      `'${'x'.repeat(60)}...'`,
      'a function',
      'true',
      '3',
    ]);
  });
});
