import { expect } from 'chai';
import { judgeUse } from '../../lib/binding/judge.ts';
import type { Refusal } from '../../lib/decision/decision.ts';
import type { BoundUse } from '../../lib/token/binding.ts';
import { NO_REQUEST } from '../support/bound-request.ts';
import { recordingBinding } from '../support/recording-binding.ts';

const UNCHECKED = { code: 'sender_constrained_token' };
const INVALID = { code: 'invalid_claim', detail: 'cnf' };

function useOf(cnf: unknown, scheme: BoundUse['scheme'] = 'Bearer'): BoundUse {
  const claims = { iss: 'i', exp: 1, ...(cnf === undefined ? {} : { cnf }) } as BoundUse['claims'];
  return { token: 'a.b.c', claims, scheme, request: NO_REQUEST, remainingMs: 1000 };
}

describe('judgeUse', () => {
  it('passes an unbound token under Bearer, and refuses it under DPoP', () => {
    expect(judgeUse(useOf(undefined), [])).to.equal(null);
    const { binding, seen } = recordingBinding('jkt');
    expect(judgeUse(useOf(undefined, 'DPoP'), [binding])).to.include({ code: 'unsupported_scheme' });
    expect(seen).to.deep.equal([]);
  });

  it('refuses a token with a member that no binding checks', () => {
    const key = recordingBinding('jkt');
    const certificate = recordingBinding('x5t#S256');
    expect(judgeUse(useOf({ 'x5t#S256': 'c' }), [key.binding])).to.deep.equal(UNCHECKED);
    expect(judgeUse(useOf({ jkt: 'k' }), [certificate.binding])).to.deep.equal(UNCHECKED);
    expect(judgeUse(useOf({ jkt: 'k', 'x5t#S256': 'c' }), [key.binding])).to.deep.equal(UNCHECKED);
    expect([key.seen, certificate.seen]).to.deep.equal([[], []]);
  });

  it('refuses a token whose cnf names no known member', () => {
    const { binding } = recordingBinding('jkt');
    for (const cnf of [{}, { kid: 'k' }, Object.create({ jkt: 'k' })]) {
      expect(judgeUse(useOf(cnf), [binding])).to.deep.equal(UNCHECKED);
    }
  });

  it('refuses a cnf of the wrong type', () => {
    const { binding } = recordingBinding('jkt');
    for (const cnf of ['k', 7, true, [], { jkt: 7 }, { jkt: null }, { jkt: 'k', 'x5t#S256': {} }]) {
      expect(judgeUse(useOf(cnf), [binding]), JSON.stringify(cnf)).to.deep.equal(INVALID);
    }
  });

  it('has each binding judge its own member, and ignores unknown members beside it', () => {
    const key = recordingBinding('jkt');
    const certificate = recordingBinding('x5t#S256');
    const both = [certificate.binding, key.binding];
    expect(judgeUse(useOf({ jkt: 'k', kid: 'x' }), both)).to.equal(null);
    expect(judgeUse(useOf({ 'x5t#S256': 'c' }), both)).to.equal(null);
    expect(judgeUse(useOf({ jkt: 'k', 'x5t#S256': 'c' }), both)).to.equal(null);
    expect(judgeUse(useOf(undefined), both)).to.equal(null);
    expect(key.seen).to.deep.equal(['k', null, 'k', null]);
    expect(certificate.seen).to.deep.equal([null, 'c', 'c', null]);
  });

  it('ends at the first refusal, waiting or not', async () => {
    const refusal: Refusal = { code: 'custom_rule' };
    for (const waits of [false, true]) {
      const first = recordingBinding('x5t#S256', refusal, waits);
      const second = recordingBinding('jkt');
      const use = useOf({ jkt: 'k', 'x5t#S256': 'c' });
      expect(await judgeUse(use, [first.binding, second.binding])).to.equal(refusal);
      expect(second.seen).to.deep.equal([]);
    }
  });
});
