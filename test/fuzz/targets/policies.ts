import { expect } from 'chai';
import { OptionError } from '../../../lib/decision/errors.ts';
import { type EvaluablePolicy, evaluatePolicy, type PolicyVerdict } from '../../../lib/iam/evaluate.ts';
import { evaluations } from '../../iam/support/policies.ts';
import { type Asked, possibleVerdicts } from '../../iam/support/second-evaluator.ts';
import type { FuzzTarget } from '../target.ts';

interface Input {
  readonly document: unknown;
  readonly requests: readonly Asked[];
}

function check({ document, requests }: Input): void {
  for (const request of requests) {
    const possible = [...possibleVerdicts(document, request)];
    let verdict: PolicyVerdict;
    try {
      verdict = evaluatePolicy(document as EvaluablePolicy, request);
    } catch (error) {
      expect(error).to.be.instanceOf(OptionError);
      continue;
    }
    expect(possible, `verdicts on ${JSON.stringify(request)}`).to.deep.equal([verdict]);
  }
}

export const policies: FuzzTarget<Input> = {
  name: 'policies',
  claim:
    'evaluatePolicy gives the verdict of a second evaluator, or throws an OptionError where it would guess',
  home: 'test/iam/evaluate.test.ts',
  inputs: evaluations,
  ciRuns: 1500,
  check,
};
