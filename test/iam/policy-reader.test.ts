import { expect } from 'chai';
import fc from 'fast-check';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { documentWith, statement } from '../../lib/iam/policy-document.ts';
import { policyReader } from '../support/policy-reader.ts';
import { runs } from '../support/property-runs.ts';

describe('the evaluator of property tests', () => {
  it('agrees with evaluatePolicy on any globs', () => {
    const glob = fc
      .array(fc.constantFrom('a', 'b', '/', '*', '*', '?', '.', '${*}', '${?}', '${$}', '(', '%2F'), {
        maxLength: 8,
      })
      .map((parts) => parts.join(''));
    const text = fc
      .array(fc.constantFrom('a', 'b', '/', '*', '?', '$', '.', '(', '%2F', '\n'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    const globs = fc.array(glob, { minLength: 1, maxLength: 6 });
    const verdicts = new Set<string>();
    const property = fc.property(globs, globs, fc.array(text, { minLength: 20 }), (allow, deny, texts) => {
      const document = documentWith([statement('Allow', allow), statement('Deny', deny)]);
      const allows = policyReader(document);
      for (const resource of texts) {
        const verdict = evaluatePolicy(document, { resource });
        verdicts.add(verdict);
        expect(allows(resource), JSON.stringify({ document, resource })).to.equal(verdict === 'allow');
      }
    });
    fc.assert(property, { numRuns: runs(1000, 10_000) });
    expect([...verdicts]).to.have.members(['allow', 'explicit-deny', 'implicit-deny']);
  });
});
