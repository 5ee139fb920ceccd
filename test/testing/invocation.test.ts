import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerHandler } from 'aws-lambda';
import { expect } from 'chai';
import sinon from 'sinon';
import { decide, restTokenEvent, type TestDecision, type TestedHandler } from '../../lib/testing.ts';

type Callback = Parameters<APIGatewayTokenAuthorizerHandler>[2];

function answer(principalId: string): APIGatewayAuthorizerResult {
  const Statement = [{ Action: 'execute-api:Invoke', Effect: 'Allow' as const, Resource: '*' }];
  return { principalId, policyDocument: { Version: '2012-10-17', Statement } };
}

const decided = (handler: TestedHandler) => decide(handler, restTokenEvent());
const principalOf = (decision: TestDecision) => decision.outcome === 'allow' && decision.principalId;
const messageOf = (decision: TestDecision) => decision.outcome === 'fault' && decision.error.message;

describe('decide, with a handler that calls back', () => {
  it('takes the answer that it calls back with, at once or later', async () => {
    const now: APIGatewayTokenAuthorizerHandler = (_event, _context, callback) =>
      callback(null, answer('now'));
    const later: APIGatewayTokenAuthorizerHandler = (_event, _context, callback) => {
      setTimeout(() => callback(undefined, answer('later')), 1);
    };
    expect(principalOf(await decided(now))).to.equal('now');
    expect(principalOf(await decided(later))).to.equal('later');
  });

  it('takes the error that it calls back with, text too', async () => {
    const failing =
      (error: Error | string): APIGatewayTokenAuthorizerHandler =>
      (_event, _context, callback) =>
        callback(error);
    expect(await decided(failing('Unauthorized'))).to.include({ outcome: 'deny', status: 401 });
    expect(await decided(failing(new Error('Unauthorized')))).to.include({ outcome: 'deny', status: 401 });
    const error = new Error('oops');
    expect(await decided(failing(error))).to.include({ outcome: 'fault', code: undefined, error });
  });

  it('takes what comes first, the call or the end of the promise', async () => {
    const both = async (_event: unknown, _context: unknown, callback: Callback) => {
      callback(null, answer('called'));
      callback(new Error('oops'));
      return answer('returned');
    };
    expect(principalOf(await decided(both))).to.equal('called');
    const pending = (_event: unknown, _context: unknown, callback: Callback) => {
      setTimeout(() => callback(null, answer('called')), 1);
      return new Promise(() => {});
    };
    expect(principalOf(await decided(pending))).to.equal('called');
    const late = async (_event: unknown, _context: unknown, callback: Callback) => {
      setTimeout(() => callback(null, answer('called')), 1);
      return answer('returned');
    };
    expect(principalOf(await decided(late))).to.equal('returned');
  });

  it('does not take for the answer what it returns besides', async () => {
    const timer = (_event: unknown, _context: unknown, callback: Callback) =>
      setTimeout(() => callback(null, answer('called')), 1);
    expect(principalOf(await decided(timer))).to.equal('called');
  });

  it('does not wait where the handler takes no callback', async () => {
    expect(messageOf(await decided(() => undefined))).to.match(/^the answer is malformed: /);
    expect(principalOf(await decided(() => answer('returned')))).to.equal('returned');
    const hidden = (...[, , callback]: [unknown, unknown, Callback]) => callback(null, answer('called'));
    expect(principalOf(await decided(hidden))).to.equal('called');
  });

  describe('and never does', () => {
    const clock = () => sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    afterEach(() => sinon.restore());

    it('tells a fault once the time is over that the context says is left', async () => {
      const time = clock();
      const decision = decided((_event: unknown, _context: unknown, _callback: unknown) => undefined);
      time.tick(5000);
      expect(messageOf(await decision)).to.equal(
        'the handler takes a callback, yet did not call it within 5 seconds',
      );
    });

    it('leaves no timer behind if it did', async () => {
      const time = clock();
      await decided((_event: unknown, _context: unknown, callback: Callback) => callback(null, answer('p')));
      expect(time.countTimers()).to.equal(0);
    });
  });
});
