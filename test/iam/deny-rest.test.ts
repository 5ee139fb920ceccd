import { expect } from 'chai';
import { withDenyRest } from '../../lib/iam/deny-rest.ts';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { documentWith, statement } from '../../lib/iam/policy-document.ts';
import { stagePolicy } from '../../lib/iam/request-policy.ts';
import { arnOf, PREFIX } from '../policy-compiler/support/arns.ts';

describe('withDenyRest', () => {
  it('denies everything explicitly that no Allow matches, and keeps the other verdicts', () => {
    const document = documentWith([
      statement('Allow', `${PREFIX}GET/a`),
      statement('Allow', [`${PREFIX}GET/b`, `${PREFIX}PUT/*`]),
      statement('Deny', `${PREFIX}PUT/x`),
    ]);
    const answered = withDenyRest(document);
    const verdicts = ['GET/a', 'GET/b', 'PUT/a', 'PUT/x', 'GET/c', 'POST/x'].map((tail) =>
      evaluatePolicy(answered, { resource: arnOf(tail).text }),
    );
    expect(verdicts).to.deep.equal([
      'allow',
      'allow',
      'allow',
      'explicit-deny',
      'explicit-deny',
      'explicit-deny',
    ]);
    expect(answered.Version).to.equal('2012-10-17');
    expect(answered.Statement.slice(0, -1)).to.deep.equal(document.Statement);
  });

  it('returns the document itself if it allows nothing', () => {
    const deny = stagePolicy('Deny', arnOf('GET/a'));
    expect(withDenyRest(deny)).to.equal(deny);
  });
});
