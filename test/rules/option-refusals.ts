import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';

/** Options that must throw at start-up, with the dotted path and a part of the message. */
export type Refused = readonly [value: unknown, option: string, message: RegExp];

export function refusesOptions(
  compile: (value: unknown, path: string) => unknown,
  cases: readonly Refused[],
): void {
  for (const [value, option, message] of cases) {
    it(`refuses ${inWords(value)} at ${option}`, () => {
      expect(() => compile(value, 'rules.it'))
        .to.throw(OptionError, message)
        .with.property('option', option);
    });
  }
}

function inWords(value: unknown): string {
  return (
    JSON.stringify(value, (_, item) => (typeof item === 'function' ? 'a function' : item)) ?? String(value)
  );
}
