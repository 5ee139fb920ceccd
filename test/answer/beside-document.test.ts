import { expect } from 'chai';
import { ownAllowWithDenies, withOwnAllow, withOwnDeny } from '../../lib/answer/beside-document.ts';
import { type ExecuteApiArn, parseExecuteApiArn } from '../../lib/iam/arn.ts';
import { documentWith, statement } from '../../lib/iam/policy-document.ts';

const STAGE = 'arn:aws:execute-api:eu-west-1:123456789012:abc/prod/';
const OWN = `${STAGE}GET/a`;
const arn = parseExecuteApiArn(OWN) as ExecuteApiArn;

const others = statement('Allow', `${STAGE}GET/b`);
const elsewhere = statement('Deny', [`${STAGE}GET/c`]);
const everywhere = statement('Deny', `${STAGE}*`);
/** As the compiler writes a literal asterisk. */
const escaped = statement('Deny', [`${STAGE}GET/\${*}`]);
const asterisk = parseExecuteApiArn(`${STAGE}GET/*`) as ExecuteApiArn;

describe('withOwnDeny', () => {
  it('adds a Deny of the request when the document allows anything', () => {
    const { Statement } = withOwnDeny(documentWith([others, elsewhere]), arn);
    expect(Statement).to.deep.equal([statement('Deny', OWN), others, elsewhere]);
    expect(Statement[0]).to.include({ Effect: 'Deny' });
  });

  it('returns the document itself when it allows nothing', () => {
    const document = documentWith([everywhere]);
    expect(withOwnDeny(document, arn)).to.equal(document);
  });
});

describe('withOwnAllow', () => {
  it('adds an Allow of the request when no Deny matches it', () => {
    const { Statement } = withOwnAllow(documentWith([others, elsewhere]), arn) ?? documentWith([]);
    expect(Statement).to.deep.equal([statement('Allow', OWN), others, elsewhere]);
  });

  it('returns null when a Deny matches the request', () => {
    expect(withOwnAllow(documentWith([others, everywhere]), arn)).to.equal(null);
    expect(withOwnAllow(documentWith([others, escaped]), asterisk)).to.equal(null);
  });
});

describe('ownAllowWithDenies', () => {
  it('returns an Allow of the request with the Denies of other requests', () => {
    const { Statement } = ownAllowWithDenies(documentWith([others, elsewhere, everywhere]), arn);
    expect(Statement).to.deep.equal([statement('Allow', OWN), elsewhere]);
  });

  it('returns only the Allow when every Deny matches the request', () => {
    const { Statement } = ownAllowWithDenies(documentWith([others, everywhere]), arn);
    expect(Statement).to.deep.equal([statement('Allow', OWN)]);
    expect(ownAllowWithDenies(documentWith([others, escaped]), asterisk).Statement).to.have.length(1);
  });
});
