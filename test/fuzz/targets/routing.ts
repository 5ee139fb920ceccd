import fc from 'fast-check';
import { checkRouted, type RoutedCase, routedCases } from '../../authorizer/support/routed-cases.ts';
import { ROUTING_MODELS } from '../../support/routing-models.ts';
import type { FuzzTarget } from '../target.ts';

interface Input {
  /** Index in {@link ROUTING_MODELS}. */
  readonly model: number;
  readonly one: RoutedCase;
}

export const routing: FuzzTarget<Input> = {
  name: 'routing',
  claim:
    'allows no request, judged or replayed, of a route that the caller may not use, however the API routes',
  home: 'test/authorizer/routing-models.test.ts',
  inputs: fc.record({ model: fc.nat(ROUTING_MODELS.length - 1), one: routedCases }),
  ciRuns: 300,
  async check({ model, one }) {
    for (const each of ROUTING_MODELS.slice(model, model + 1)) {
      await checkRouted(each, one, { allowed: 0, replayed: 0 });
    }
  },
};
