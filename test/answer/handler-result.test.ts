import { expect } from 'chai';
import { contextObject, handlerAdditions, nonEmpty } from '../../lib/answer/handler-result.ts';
import { AuthorizerFault, Forbidden } from '../../lib/decision/errors.ts';

/** The message of the fault `handler_result` that a call ends in. */
function problemOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).to.be.instanceOf(AuthorizerFault).with.property('code', 'handler_result');
    return (error as Error).message;
  }
  throw new Error('it ends in no fault');
}

class Session {
  readonly context = {};
}

describe('handlerAdditions', () => {
  for (const result of [undefined, null, true, {}, Object.create(null), { context: undefined }]) {
    it(`reads nothing from ${JSON.stringify(result)}`, () => {
      expect(handlerAdditions(result, false)).to.deep.equal({ kind: 'nothing' });
    });
  }

  it('reads the members that are present', () => {
    expect(handlerAdditions({ principalId: 'me', context: {} }, true)).to.deep.equal({
      kind: 'additions',
      principalId: 'me',
      context: {},
    });
    expect(handlerAdditions({ usageIdentifierKey: 'key' }, false)).to.deep.equal({
      kind: 'additions',
      usageIdentifierKey: 'key',
    });
  });

  it('ends in a fault for nothing from a handler that is declared to decide', () => {
    for (const nothing of [undefined, null]) {
      expect(problemOf(() => handlerAdditions(nothing, true))).to.match(
        /returned nothing: return true to allow$/,
      );
    }
    for (const allowing of [true, {}]) {
      expect(handlerAdditions(allowing, true)).to.deep.equal({ kind: 'nothing' });
    }
  });

  it('throws Forbidden for false, with the reason for the log', () => {
    expect(() => handlerAdditions(false, false)).to.throw(Forbidden, 'the handler returned false');
  });

  for (const [result, kind] of [
    [7, 'a number'],
    ['allow', 'a string'],
    [() => true, 'a function'],
    [[], 'an empty array'],
    [new Session(), 'an object of a class'],
  ] as const) {
    it(`ends in a fault for ${kind}, without its content`, () => {
      const problem = problemOf(() => handlerAdditions(result, false));
      expect(problem).to.match(new RegExp(`nothing, false or a plain object, not ${kind}$`));
    });
  }

  it('ends in a fault for an unknown member, which it names beside the known ones', () => {
    const problem = problemOf(() => handlerAdditions({ context: {}, plan: 'gold' }, false));
    expect(problem).to.contain("'plan'").and.contain('context, principalId, usageIdentifierKey');
  });

  for (const [member, value] of [
    ['context', 7],
    ['context', null],
    ['context', []],
    ['context', new Map()],
    ['principalId', ''],
    ['principalId', null],
    ['usageIdentifierKey', 7],
  ] as const) {
    it(`ends in a fault that names the member for ${member}: ${JSON.stringify(value)}`, () => {
      const kind = member === 'context' ? 'a plain object' : 'a non-empty string';
      expect(problemOf(() => handlerAdditions({ [member]: value }, false))).to.equal(
        `${member} of the handler must be ${kind}`,
      );
    });
  }
});

describe('a promise where a value must be', () => {
  for (const check of [contextObject, nonEmpty]) {
    it(`ends in a fault that says so, and its rejection is handled (${check.name})`, async () => {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown) => unhandled.push(reason);
      process.prependListener('unhandledRejection', listener);
      const problem = problemOf(() => check(Promise.reject(new Error('late')), 'the value'));
      await new Promise((resolve) => setTimeout(resolve, 1));
      process.removeListener('unhandledRejection', listener);
      expect(problem).to.match(/^the value must be .*, not a promise/);
      expect(unhandled).to.deep.equal([]);
    });
  }
});
