import { expect } from 'chai';
import { withConditions } from '../../lib/iam/conditions.ts';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { stagePolicy } from '../../lib/iam/request-policy.ts';
import { arnOf, PREFIX } from '../policy-compiler/support/arns.ts';

const ARN = arnOf('GET/a');
const ALLOW = stagePolicy('Allow', ARN);

describe('withConditions', () => {
  it('allows only the allowed addresses, and denies the others explicitly', () => {
    const document = withConditions(ALLOW, { allowedIps: ['192.0.2.0/24', '2001:db8::/32'] }, ARN);
    const from = (sourceIp?: string) => evaluatePolicy(document, { resource: ARN.text, sourceIp });
    expect(['192.0.2.9', '2001:db8::1'].map(from)).to.deep.equal(['allow', 'allow']);
    expect(['192.0.3.9', undefined].map(from)).to.deep.equal(['explicit-deny', 'explicit-deny']);
  });

  it('denies the denied addresses', () => {
    const document = withConditions(ALLOW, { deniedIps: ['192.0.2.0/24'] }, ARN);
    const from = (sourceIp?: string) => evaluatePolicy(document, { resource: ARN.text, sourceIp });
    expect(['192.0.3.9', '192.0.2.9'].map(from)).to.deep.equal(['allow', 'explicit-deny']);
  });

  it("allows nothing from the token's exp on", () => {
    const exp = 1_900_000_000;
    const document = withConditions(ALLOW, { expiresAt: exp }, ARN);
    const at = (now: number) => evaluatePolicy(document, { resource: ARN.text, now });
    expect([exp - 1, exp, exp + 1].map(at)).to.deep.equal(['allow', 'explicit-deny', 'explicit-deny']);
    expect(JSON.stringify(document)).to.contain('"2030-03-17T17:46:40Z"');
  });

  it('requires all conditions at once', () => {
    const document = withConditions(ALLOW, { allowedIps: ['192.0.2.0/24'], expiresAt: 2000 }, ARN);
    const verdict = (sourceIp: string, now: number) =>
      evaluatePolicy(document, { resource: ARN.text, sourceIp, now });
    expect(verdict('192.0.2.1', 1000)).to.equal('allow');
    expect(verdict('192.0.2.1', 3000)).to.equal('explicit-deny');
    expect(verdict('192.0.3.1', 1000)).to.equal('explicit-deny');
  });

  it('denies everything when conditions are ignored', () => {
    const { Statement, Version } = withConditions(ALLOW, { expiresAt: 2000 }, ARN);
    const ignored = Statement.map(({ Action, Effect, Resource }) => ({ Action, Effect, Resource }));
    expect(evaluatePolicy({ Version, Statement: ignored }, { resource: `${PREFIX}PUT/x` })).to.equal(
      'explicit-deny',
    );
  });

  it('makes each Allow require the conditions by itself', () => {
    const conditions = { allowedIps: ['192.0.2.0/24'], deniedIps: ['192.0.2.9'], expiresAt: 2000 };
    const { Version, Statement } = withConditions(ALLOW, conditions, ARN);
    const allows = { Version, Statement: Statement.filter(({ Effect }) => Effect === 'Allow') };
    const verdict = (sourceIp: string, now: number) =>
      evaluatePolicy(allows, { resource: ARN.text, sourceIp, now });
    expect(verdict('192.0.2.1', 1999)).to.equal('allow');
    expect(verdict('192.0.2.1', 2000)).to.equal('implicit-deny');
    expect(verdict('192.0.2.9', 1999)).to.equal('implicit-deny');
    expect(verdict('192.0.3.1', 1999)).to.equal('implicit-deny');
  });

  it('keeps the Denies of a document unchanged', () => {
    const deny = stagePolicy('Deny', arnOf('GET/a')).Statement;
    const mixed = { ...ALLOW, Statement: [...ALLOW.Statement, ...deny] };
    const { Statement } = withConditions(mixed, { expiresAt: 2000 }, ARN);
    expect(Statement.map((one) => Object.keys(one.Condition ?? {}))).to.deep.equal([
      ['DateLessThan'],
      [],
      ['DateGreaterThanEquals'],
    ]);
    expect(Statement[1]).to.equal(deny[0]);
  });

  it('returns the document itself when there is no condition, or no Allow', () => {
    expect(withConditions(ALLOW, {}, ARN)).to.equal(ALLOW);
    expect(withConditions(ALLOW, { expiresAt: null }, ARN)).to.equal(ALLOW);
    const deny = stagePolicy('Deny', ARN);
    expect(withConditions(deny, { expiresAt: 2000 }, ARN)).to.equal(deny);
  });

  it('names $connect on WebSocket', () => {
    const arn = arnOf('$connect');
    const document = withConditions(stagePolicy('Allow', arn), { expiresAt: 2000 }, arn);
    expect(document.Statement.map(({ Resource }) => Resource)).to.deep.equal([arn.text, arn.text]);
  });
});
