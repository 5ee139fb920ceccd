import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerHandler } from 'aws-lambda';
import { expect } from 'chai';
import sinon from 'sinon';
import {
  decide,
  invokeAsLambda,
  lambdaContext,
  restTokenEvent,
  type TestDecision,
  type TestedHandler,
} from '../../lib/testing.ts';

type Callback = Parameters<APIGatewayTokenAuthorizerHandler>[2];

function answer(principalId: string): APIGatewayAuthorizerResult {
  const Statement = [{ Action: 'execute-api:Invoke', Effect: 'Allow' as const, Resource: '*' }];
  return { principalId, policyDocument: { Version: '2012-10-17', Statement } };
}

const decided = (handler: TestedHandler) => decide(handler, restTokenEvent());
const principalOf = (decision: TestDecision) => decision.outcome === 'allow' && decision.principalId;
const messageOf = (decision: TestDecision) => decision.outcome === 'fault' && decision.error.message;

describe('decide, with a handler that calls back', () => {
  it('returns the answer passed to the callback, at once or later', async () => {
    const now: APIGatewayTokenAuthorizerHandler = (_event, _context, callback) =>
      callback(null, answer('now'));
    const later: APIGatewayTokenAuthorizerHandler = (_event, _context, callback) => {
      setTimeout(() => callback(undefined, answer('later')), 1);
    };
    expect(principalOf(await decided(now))).to.equal('now');
    expect(principalOf(await decided(later))).to.equal('later');
  });

  it('returns the error passed to the callback, also a string', async () => {
    const failing =
      (error: Error | string): APIGatewayTokenAuthorizerHandler =>
      (_event, _context, callback) =>
        callback(error);
    expect(await decided(failing('Unauthorized'))).to.include({ outcome: 'deny', status: 401 });
    expect(await decided(failing(new Error('Unauthorized')))).to.include({ outcome: 'deny', status: 401 });
    const error = new Error('oops');
    expect(await decided(failing(error))).to.include({ outcome: 'fault', code: undefined, error });
  });

  it('returns the first of the callback and the end of the promise', async () => {
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

  it('ignores a returned value that is not a promise', async () => {
    const timer = (_event: unknown, _context: unknown, callback: Callback) =>
      setTimeout(() => callback(null, answer('called')), 1);
    expect(principalOf(await decided(timer))).to.equal('called');
  });

  it('does not wait if the handler takes no callback', async () => {
    expect(messageOf(await decided(() => undefined))).to.match(/^the answer is malformed: /);
    expect(principalOf(await decided(() => answer('returned')))).to.equal('returned');
    const hidden = (...[, , callback]: [unknown, unknown, Callback]) => callback(null, answer('called'));
    expect(principalOf(await decided(hidden))).to.equal('called');
  });

  describe('and never calls it', () => {
    const clock = () => sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    afterEach(() => sinon.restore());

    it('returns a fault after the remaining time of the context', async () => {
      const time = clock();
      const decision = decided((_event: unknown, _context: unknown, _callback: unknown) => undefined);
      time.tick(5000);
      expect(messageOf(await decision)).to.equal(
        'the handler takes a callback, but did not call it within 5 seconds',
      );
    });

    it('leaves no timer behind after a callback', async () => {
      const time = clock();
      await decided((_event: unknown, _context: unknown, callback: Callback) => callback(null, answer('p')));
      expect(time.countTimers()).to.equal(0);
    });
  });
});

describe('invokeAsLambda', () => {
  it('returns the response, and the error instead of throwing it', async () => {
    const response = await invokeAsLambda(() => ({ at: new Date(0), none: undefined }), {});
    expect(response).to.deep.equal({ kind: 'response', response: { at: '1970-01-01T00:00:00.000Z' } });
    const error = new Error('oops');
    expect(await invokeAsLambda(() => Promise.reject(error), {})).to.deep.equal({ kind: 'error', error });
  });

  it('passes the given context', async () => {
    const context = lambdaContext({ functionName: 'mine' });
    const handler = (_event: unknown, { functionName }: { functionName: string }) => functionName;
    expect(await invokeAsLambda(handler, {}, { context })).to.include({ response: 'mine' });
  });

  it('ends with an error after the timeout, and counts down to it', async () => {
    const left: number[] = [];
    const handler = (_event: unknown, context: { getRemainingTimeInMillis(): number }) => {
      left.push(context.getRemainingTimeInMillis());
      return new Promise(() => {
        setTimeout(() => left.push(context.getRemainingTimeInMillis()), 30);
      });
    };
    const invocation = await invokeAsLambda(handler, {}, { timeout: 40 });
    expect(invocation.kind === 'error' && invocation.error.message).to.equal(
      'Task timed out after 0.04 seconds',
    );
    const [first = 0, second = 0] = left;
    expect(first).to.be.within(30, 40);
    expect(second).to.be.within(0, 15);
  });
});
