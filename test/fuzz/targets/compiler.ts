import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Compiled,
  CROWDED,
  holds,
  MODES,
  NESTED,
  ONE_METHOD,
  ROUTINGS,
  Tally,
} from '../../policy-compiler/support/compiled.ts';
import { cases } from '../../policy-compiler/support/tables.ts';
import type { FuzzTarget } from '../target.ts';

interface Input {
  /** Of the segments of requests. */
  readonly literals: readonly string[];
  readonly task: Compiled;
}

const REQUESTS = 20;

export const compiler: FuzzTarget<Input> = {
  name: 'compiler',
  claim: 'compiles a policy that allows what is granted and nothing else, or says what it leaves out',
  home: 'test/policy-compiler/compiler.properties.test.ts',
  inputs: fc.constantFrom(NESTED, ONE_METHOD, CROWDED).chain((shape) =>
    fc.record({
      literals: fc.constant(shape.literals),
      task: fc.record({
        one: cases(shape),
        routing: fc.constantFrom(...ROUTINGS),
        mode: fc.constantFrom(...MODES),
        maxBytes: fc.constantFrom(100_000, 100_000, 3200),
      }),
    }),
  ),
  ciRuns: 1500,
  check({ literals, task }) {
    const tally = new Tally();
    holds(task, { literals, requests: REQUESTS }, tally);
    expect(tally.wrong, 'requests that are denied without a reason').to.equal(0);
  },
};
