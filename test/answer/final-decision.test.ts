import { expect } from 'chai';
import { admittedCaller, allowOf, decisionOnError, denialOf } from '../../lib/answer/final-decision.ts';
import { AuthorizerFault, Forbidden, Refused } from '../../lib/decision/errors.ts';
import type { Caller, Phase } from '../../lib/invocation/invocation.ts';
import type { Judging } from '../../lib/rules/judging.ts';
import { requestOf, tokenOf } from '../rules/subjects.ts';

const CALLER: Caller = { token: tokenOf({ exp: 2_000_000_000 }), principalId: 'auth0|1', isChosen: false };
const ANONYMOUS: Caller = { token: null, principalId: 'anonymous', isChosen: false };
const ARRIVED: Phase = { kind: 'arrived', request: null, caller: null, judging: null };
const judging = { route: 'GET /orders' } as Judging;

const verified = (caller: Caller, request = requestOf()): Phase => ({
  kind: 'verified',
  request,
  caller,
  judging: null,
});
const judged = (caller: Caller): Phase => ({ kind: 'judged', request: requestOf(), caller, judging });

describe('admittedCaller', () => {
  it('returns a caller whose rules were judged, with a token or without', () => {
    for (const caller of [CALLER, ANONYMOUS])
      expect(admittedCaller(judged(caller), 'policySerializer')).to.equal(caller);
  });

  it('returns a caller with a token if no rules were judged, and refuses one without', () => {
    expect(admittedCaller(verified(CALLER), 'policySerializer')).to.equal(CALLER);
    expect(() => admittedCaller(verified(ANONYMOUS), 'policySerializer'))
      .to.throw(Refused)
      .with.property('code', 'missing_token');
  });

  it('refuses an event that names two methods if no rules were judged', () => {
    const twice = verified(CALLER, requestOf({ otherMethod: 'DELETE' }));
    expect(() => admittedCaller(twice, 'policySerializer'))
      .to.throw(Refused)
      .with.property('code', 'ambiguous_path');
  });

  it('throws a fault that names the middleware if no token was verified', () => {
    expect(() => admittedCaller(ARRIVED, 'policySerializer'))
      .to.throw(AuthorizerFault, 'policySerializer')
      .with.property('code', 'configuration');
  });
});

describe('allowOf', () => {
  const parts = { principalId: 'me', context: { plan: 'gold' } };

  it('ends with the token, and names the route', () => {
    expect(allowOf(CALLER, judged(CALLER), parts)).to.deep.equal({
      outcome: 'allow',
      ...parts,
      route: 'GET /orders',
      expiresAt: 2_000_000_000,
    });
  });

  it('has no end without a token, and no route if no rules were judged', () => {
    const allow = allowOf(ANONYMOUS, verified(ANONYMOUS), { ...parts, usageIdentifierKey: 'key' });
    expect(allow).to.include({ route: null, expiresAt: null, usageIdentifierKey: 'key' });
  });
});

describe('decisionOnError', () => {
  it('is a denial for a refusal, with whose key was used', () => {
    const refused = new Refused(
      { code: 'token_expired' },
      { issuer: 'https://a.example/', kid: 'k1', keys: 'fresh' },
    );
    expect(decisionOnError(refused, ARRIVED)).to.deep.equal({
      outcome: 'deny',
      code: 'token_expired',
      status: 401,
      principalId: null,
      route: null,
      verifiedBy: { issuer: 'https://a.example/', kid: 'k1', keys: 'fresh' },
    });
    expect(decisionOnError(new Forbidden(), ARRIVED)).not.to.have.property('verifiedBy');
  });

  it('is a fault for any other error, with the rule that it names', () => {
    const error = new TypeError('boom');
    expect(decisionOnError(error, ARRIVED)).to.deep.equal({
      outcome: 'fault',
      code: 'handler_error',
      cause: error,
    });
    const fault = new AuthorizerFault('rule_error', 'it threw', { rule: 'custom.mine' });
    expect(decisionOnError(fault, ARRIVED)).to.deep.equal({
      outcome: 'fault',
      code: 'rule_error',
      cause: fault,
      rule: 'custom.mine',
    });
  });
});

describe('denialOf', () => {
  it('names the route and the principal of a token; nobody without a token', () => {
    const refusal = { code: 'insufficient_scope' } as const;
    expect(denialOf(refusal, judged(CALLER))).to.include({
      status: 403,
      principalId: 'auth0|1',
      route: 'GET /orders',
    });
    for (const phase of [judged(ANONYMOUS), ARRIVED])
      expect(denialOf(refusal, phase).principalId).to.equal(null);
  });
});
