import { expect } from 'chai';
import fc from 'fast-check';
import { allowsRequest } from '../../lib/iam/allows-request.ts';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { documentWith, type PolicyStatement, statement } from '../../lib/iam/policy-document.ts';
import { arnOf, PREFIX } from '../policy-compiler/support/arns.ts';

const verdicts = (...statements: PolicyStatement[]) =>
  ['GET/a', 'GET/b', 'PUT/a'].map((tail) => allowsRequest(documentWith(statements), arnOf(tail)));

describe('allowsRequest', () => {
  it('allows what one of the resources of one Allow matches', () => {
    expect(verdicts(statement('Allow', `${PREFIX}GET/a`))).to.deep.equal([true, false, false]);
    expect(verdicts(statement('Allow', [`${PREFIX}GET/a`, `${PREFIX}PUT/*`]))).to.deep.equal([
      true,
      false,
      true,
    ]);
    expect(
      verdicts(statement('Allow', `${PREFIX}GET/a`), statement('Allow', `${PREFIX}GET/b`)),
    ).to.deep.equal([true, true, false]);
  });

  it('denies what any Deny matches, in any order', () => {
    const allow = statement('Allow', `${PREFIX}*`);
    const denies = [statement('Deny', `${PREFIX}GET/b`), statement('Deny', `${PREFIX}PUT/*`)];
    for (const statements of [
      [allow, ...denies],
      [...denies, allow],
    ]) {
      expect(verdicts(...statements)).to.deep.equal([true, false, false]);
    }
  });

  it('allows nothing without an Allow', () => {
    expect(verdicts()).to.deep.equal([false, false, false]);
    expect(verdicts(statement('Deny', `${PREFIX}GET/b`))).to.deep.equal([false, false, false]);
  });

  it('reads the escapes of Version 2012-10-17', () => {
    const document = documentWith([statement('Allow', `${PREFIX}GET/\${*}`)]);
    expect(allowsRequest(document, arnOf('GET/*'))).to.equal(true);
    expect(allowsRequest(document, arnOf('GET/${*}'))).to.equal(false);
  });

  it('agrees with evaluatePolicy', () => {
    const tail = fc.constantFrom('*', 'GET/*', 'GET/a', 'GET/b', 'GET/?', 'PUT/*', '*/a');
    const resource = fc.oneof(tail, fc.array(tail, { minLength: 1, maxLength: 3 }));
    const statements = fc.array(fc.tuple(fc.constantFrom('Allow' as const, 'Deny' as const), resource), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(statements, fc.constantFrom('GET/a', 'GET/b', 'PUT/a', 'PUT/c'), (each, request) => {
        const document = documentWith(
          each.map(([effect, tails]) =>
            statement(
              effect,
              [tails].flat().map((one) => `${PREFIX}${one}`),
            ),
          ),
        );
        const arn = arnOf(request);
        const expected = evaluatePolicy(document, { resource: arn.text }) === 'allow';
        expect(allowsRequest(document, arn)).to.equal(expected);
      }),
      { numRuns: 300 },
    );
  });
});
