import { expect } from 'chai';
import type { Refusal } from '../../lib/decision/decision.ts';
import { OptionError } from '../../lib/decision/errors.ts';
import { auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import {
  type Binding,
  type BoundUse,
  type ConfirmationMember,
  judgeBinding,
  type TokenBinding,
} from '../../lib/token/binding.ts';
import { NO_REQUEST } from '../support/bound-request.ts';
import { middy } from '../support/middy.ts';

const UNCHECKED = { code: 'sender_constrained_token' };
const INVALID = { code: 'invalid_claim', detail: 'cnf' };
function useOf(cnf: unknown, scheme: BoundUse['scheme'] = 'Bearer'): BoundUse {
  const claims = { iss: 'i', exp: 1, ...(cnf === undefined ? {} : { cnf }) } as BoundUse['claims'];
  return { token: 'a.b.c', claims, scheme, request: NO_REQUEST };
}

/** A binding that records what it judges. */
function recording(member: ConfirmationMember, refusal: Refusal | null = null, waits = false) {
  const seen: (string | null)[] = [];
  const binding: Binding & TokenBinding = {
    member,
    confirms: (other) => other === member,
    caching: () => ({ headers: [] }),
    judge(confirmation) {
      seen.push(confirmation);
      return waits ? Promise.resolve(refusal) : refusal;
    },
  };
  return { binding, seen };
}

describe('judgeBinding', () => {
  it('passes an unbound token under Bearer, and refuses it under DPoP', () => {
    expect(judgeBinding(useOf(undefined), [])).to.equal(null);
    expect(judgeBinding(useOf(undefined, 'DPoP'), [])).to.include({ code: 'unsupported_scheme' });
    const { binding, seen } = recording('jkt');
    expect(judgeBinding(useOf(undefined, 'DPoP'), [binding])).to.include({ code: 'unsupported_scheme' });
    expect(seen).to.deep.equal([]);
  });

  it('refuses a bound token without bindings, under any scheme', () => {
    for (const cnf of [{ jkt: 'k' }, { 'x5t#S256': 'c' }, { kid: 'k' }, {}, 'jkt', [], 7]) {
      expect(judgeBinding(useOf(cnf), []), JSON.stringify(cnf)).to.deep.equal(UNCHECKED);
      expect(judgeBinding(useOf(cnf, 'DPoP'), []), JSON.stringify(cnf)).to.deep.equal(UNCHECKED);
    }
  });

  it('refuses a token with a member that no binding checks', () => {
    const key = recording('jkt');
    const certificate = recording('x5t#S256');
    expect(judgeBinding(useOf({ 'x5t#S256': 'c' }), [key.binding])).to.deep.equal(UNCHECKED);
    expect(judgeBinding(useOf({ jkt: 'k' }), [certificate.binding])).to.deep.equal(UNCHECKED);
    expect(judgeBinding(useOf({ jkt: 'k', 'x5t#S256': 'c' }), [key.binding])).to.deep.equal(UNCHECKED);
    expect([key.seen, certificate.seen]).to.deep.equal([[], []]);
  });

  it('refuses a token whose cnf names no known member', () => {
    const { binding } = recording('jkt');
    for (const cnf of [{}, { kid: 'k' }, Object.create({ jkt: 'k' })]) {
      expect(judgeBinding(useOf(cnf), [binding])).to.deep.equal(UNCHECKED);
    }
  });

  it('refuses a cnf of the wrong type', () => {
    const { binding } = recording('jkt');
    for (const cnf of ['k', 7, true, [], { jkt: 7 }, { jkt: null }, { jkt: 'k', 'x5t#S256': {} }]) {
      expect(judgeBinding(useOf(cnf), [binding]), JSON.stringify(cnf)).to.deep.equal(INVALID);
    }
  });

  it('has each binding judge its own member, and ignores unknown members beside it', () => {
    const key = recording('jkt');
    const certificate = recording('x5t#S256');
    const both = [certificate.binding, key.binding];
    expect(judgeBinding(useOf({ jkt: 'k', kid: 'x' }), both)).to.equal(null);
    expect(judgeBinding(useOf({ 'x5t#S256': 'c' }), both)).to.equal(null);
    expect(judgeBinding(useOf({ jkt: 'k', 'x5t#S256': 'c' }), both)).to.equal(null);
    expect(judgeBinding(useOf(undefined), both)).to.equal(null);
    expect(key.seen).to.deep.equal(['k', null, 'k', null]);
    expect(certificate.seen).to.deep.equal([null, 'c', 'c', null]);
  });

  it('ends at the first refusal, waiting or not', async () => {
    const refusal: Refusal = { code: 'custom_rule' };
    for (const waits of [false, true]) {
      const first = recording('x5t#S256', refusal, waits);
      const second = recording('jkt');
      const use = useOf({ jkt: 'k', 'x5t#S256': 'c' });
      expect(await judgeBinding(use, [first.binding, second.binding])).to.equal(refusal);
      expect(second.seen).to.deep.equal([]);
    }
  });
});

describe('the options dpop and mtls', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const authorizer = (options: object) =>
    middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: false }));
  const refusalOf = async (handler: ReturnType<typeof authorizer>, claims: object, authorization: string) => {
    const event = restRequestEvent({ authorization: `${authorization} ${issuer.token({ ...claims })}` });
    const decision = await decide(handler, event);
    return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
  };

  it('refuse a value that the functions of the entry point did not make', () => {
    const key = recording('jkt').binding;
    for (const options of [
      { dpop: 'allowed' },
      { mtls: true },
      { mtls: key },
      { dpop: { ...key, judge: 1 } },
      { dpop: { ...key, confirms: true } },
      { dpop: undefined },
    ]) {
      expect(() => authorizer(options), JSON.stringify(options)).to.throw(OptionError);
    }
  });

  it('refuse a bound token under both schemes when they are absent', async () => {
    const handler = authorizer({});
    for (const scheme of ['Bearer', 'DPoP']) {
      for (const cnf of [{ jkt: 'k' }, { 'x5t#S256': 'c' }]) {
        expect(await refusalOf(handler, { cnf }, scheme)).to.equal('sender_constrained_token');
      }
    }
  });

  it('take a cnf that is null as absent', async () => {
    const handler = authorizer({});
    expect(await refusalOf(handler, { cnf: null }, 'Bearer')).to.equal('allow');
    expect(await refusalOf(handler, { cnf: null }, 'DPoP')).to.equal('unsupported_scheme');
  });

  it('judge a known token at each use', async () => {
    const { binding, seen } = recording('jkt');
    const handler = authorizer({ dpop: binding });
    const token = issuer.token({ cnf: { jkt: 'k' } });
    for (let use = 0; use < 3; use += 1) {
      expect(await decide(handler, restRequestEvent({ token }))).to.have.property('outcome', 'allow');
    }
    expect(seen).to.deep.equal(['k', 'k', 'k']);
  });
});
