import { expect } from 'chai';
import { dpop, mtls } from '../../lib/binding.ts';
import { OptionError } from '../../lib/decision/errors.ts';
import { auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import { judgeSender } from '../../lib/token/binding.ts';
import type { AccessTokenClaims } from '../../lib/token/verified-token.ts';
import { NO_REQUEST } from '../support/bound-request.ts';
import { middy } from '../support/middy.ts';
import { recordingBinding } from '../support/recording-binding.ts';

describe('judgeSender without bindings', () => {
  const judge = (cnf: unknown, scheme: 'Bearer' | 'DPoP') =>
    judgeSender(
      {
        token: 'a.b.c',
        claims: { iss: 'i', exp: 1, ...(cnf === undefined ? {} : { cnf }) } as AccessTokenClaims,
        scheme,
        request: NO_REQUEST,
        remainingMs: 1000,
      },
      [],
    );

  it('passes an unbound token under Bearer, and refuses it under DPoP', () => {
    expect(judge(undefined, 'Bearer')).to.equal(null);
    expect(judge(undefined, 'DPoP')).to.deep.equal({
      code: 'unsupported_scheme',
      detail: 'the scheme is DPoP, but the token has no `cnf`',
    });
  });

  it('refuses a bound token under any scheme', () => {
    for (const cnf of [{ jkt: 'k' }, { 'x5t#S256': 'c' }, { kid: 'k' }, {}, 'jkt', [], 7]) {
      for (const scheme of ['Bearer', 'DPoP'] as const) {
        expect(judge(cnf, scheme), JSON.stringify(cnf)).to.deep.equal({ code: 'sender_constrained_token' });
      }
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
    const key = recordingBinding('jkt').binding;
    for (const options of [
      { dpop: 'allowed' },
      { mtls: true },
      { mtls: key },
      { dpop: { ...key, judge: 1 } },
      { dpop: { ...key, terms: 1 } },
      { dpop: undefined },
    ]) {
      expect(() => authorizer(options), JSON.stringify(options)).to.throw(OptionError);
    }
    expect(() => authorizer({ mtls: true })).to.throw(/^mtls: must be the result of mtls\(\)/);
  });

  it('are as absent with the mode off', async () => {
    for (const options of [{ dpop: dpop('off') }, { dpop: dpop('off'), mtls: mtls('off') }]) {
      const handler = authorizer(options);
      expect(await refusalOf(handler, { cnf: { jkt: 'k' } }, 'DPoP')).to.equal('sender_constrained_token');
      expect(await refusalOf(handler, {}, 'Bearer')).to.equal('allow');
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
    const { binding, seen } = recordingBinding('jkt');
    const handler = authorizer({ dpop: binding });
    const token = issuer.token({ cnf: { jkt: 'k' } });
    for (let use = 0; use < 3; use += 1) {
      expect(await decide(handler, restRequestEvent({ token }))).to.have.property('outcome', 'allow');
    }
    expect(seen).to.deep.equal(['k', 'k', 'k']);
  });
});
