import { expect } from 'chai';
import { handlerAdditions } from '../../lib/answer/handler-result.ts';
import { Forbidden } from '../../lib/decision/errors.ts';

describe('handlerAdditions', () => {
  for (const result of [undefined, null, true, {}, Object.create(null), { context: undefined }]) {
    it(`reads nothing from ${JSON.stringify(result)}`, () => {
      expect(handlerAdditions(result)).to.deep.equal({ kind: 'nothing' });
    });
  }

  it('reads the members that are present', () => {
    expect(handlerAdditions({ principalId: 'me', context: {} })).to.deep.equal({
      kind: 'additions',
      principalId: 'me',
      context: {},
    });
  });

  it('throws Forbidden for false', () => {
    expect(() => handlerAdditions(false)).to.throw(Forbidden);
  });
});
