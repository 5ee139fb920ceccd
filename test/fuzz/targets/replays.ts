import fc from 'fast-check';
import type { Plan } from '../../authorizer/cache-replay/api.ts';
import {
  type NamedSetup,
  PLANS,
  replay,
  setupOf,
  setupsOf,
  Tally,
} from '../../authorizer/cache-replay/replay.ts';
import type { FuzzTarget } from '../target.ts';

interface Input {
  readonly plan: Plan;
  readonly setup: NamedSetup;
}

export const replays: FuzzTarget<Input> = {
  name: 'replays',
  claim:
    'answers from a cache with the advised identity sources allow what the caller may use, and nothing else',
  home: 'test/authorizer/cache-replay.test.ts',
  inputs: fc
    .constantFrom(...PLANS)
    .chain((plan) => fc.record({ plan: fc.constant(plan), setup: setupsOf(plan) })),
  ciRuns: 100,
  check: ({ plan, setup }) => replay(setupOf(setup), plan, new Tally()),
};
