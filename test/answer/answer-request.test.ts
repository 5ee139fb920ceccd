import { expect } from 'chai';
import { type AnswerOptions, answerableOf } from '../../lib/answer/answer-decision.ts';
import { answerResult, answerThrown } from '../../lib/answer/answer-request.ts';
import { HandlerRole } from '../../lib/answer/handler-role.ts';
import { Forbidden, Refused, Unauthorized } from '../../lib/decision/errors.ts';
import { parseExecuteApiArn } from '../../lib/iam/arn.ts';
import type { Caller, Phase } from '../../lib/invocation/invocation.ts';
import { requestOf, tokenOf } from '../rules/subjects.ts';

const OPTIONS: AnswerOptions = {
  context: false,
  principalId: undefined,
  usageIdentifierKey: undefined,
  traceId: null,
  httpApiResponse: 'iam',
  unauthorized: 'deny',
  ttlOverride: 300,
};
const caller: Caller = { token: tokenOf(), principalId: 'auth0|1', isChosen: false };
const arn = parseExecuteApiArn('arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/orders');
const request = requestOf({ arn });
const VERIFIED: Phase = { kind: 'verified', request, caller, judging: null };

function answerable(phase: Phase) {
  const role = new HandlerRole(false);
  return { role, terms: answerableOf(phase, request, { options: OPTIONS, role, policiesOf: () => null }) };
}

describe('a refusal before any rule is judged', () => {
  for (const [name, error, decides] of [
    ['Forbidden', new Forbidden(), true],
    ['Unauthorized', new Unauthorized(), true],
    ['the code of a token', new Refused({ code: 'token_expired' }), false],
  ] as const) {
    it(`${decides ? 'counts' : 'does not count'} as the handler's if it is ${name}`, () => {
      const { role, terms } = answerable(VERIFIED);
      expect(answerThrown(error, terms).decision).to.include({ outcome: 'deny', code: error.code });
      expect(role.decides).to.equal(decides);
    });
  }
});

describe('a result', () => {
  it('is a fault that names policySerializer if no token was verified', () => {
    const { terms } = answerable({ kind: 'read', request, caller: null, judging: null });
    const { decision } = answerResult(undefined, terms);
    expect(decision).to.include({ outcome: 'fault', code: 'configuration' });
    expect(decision).to.have.nested.property('cause.message').that.contains('policySerializer');
  });
});
