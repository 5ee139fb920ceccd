import { expect } from 'chai';
import { dpop, mtls } from '../../lib/binding.ts';
import { OptionError } from '../../lib/decision/errors.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import {
  clientCertificate,
  createTestIssuer,
  decide,
  dpopKey,
  dpopProof,
  restRequestEvent,
} from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

describe('the rule bound', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const key = dpopKey();
  const certificate = clientCertificate();
  const authorizer = (options: AuthorizerOptions) =>
    middy().use(
      auth0Authorizer({
        dpop: dpop('allowed'),
        mtls: mtls('allowed'),
        ...options,
        ...issuer.options,
        logger: false,
      }),
    );
  const unbound = (path: string) => restRequestEvent({ token: issuer.token(), path });
  const withCertificate = (path: string) =>
    restRequestEvent({
      token: issuer.token.user({}, { boundTo: certificate }),
      path,
      clientCertificate: certificate.pem,
    });
  function withProof(path: string) {
    const token = issuer.token.user({}, { boundTo: key });
    const options = { authorization: `DPoP ${token}`, path, domainName: 'api.example.com' };
    const url = `https://api.example.com${restRequestEvent(options).requestContext.path}`;
    return restRequestEvent({ ...options, headers: { DPoP: dpopProof({ key, token, url }) } });
  }
  const MAKERS = { unbound, withProof, withCertificate };

  async function passing(handler: ReturnType<typeof authorizer>, path = '/a') {
    const names: string[] = [];
    for (const [name, make] of Object.entries(MAKERS)) {
      const decision = await decide(handler, make(path));
      if (decision.outcome === 'allow') names.push(name);
      else expect(decision).to.include({ outcome: 'deny', status: 401, refusal: 'token_not_bound' });
    }
    return names;
  }

  it('passes tokens that are bound as it says', async () => {
    expect(await passing(authorizer({ rules: { bound: 'any' } }))).to.deep.equal([
      'withProof',
      'withCertificate',
    ]);
    expect(await passing(authorizer({ rules: { bound: 'dpop' } }))).to.deep.equal(['withProof']);
    expect(await passing(authorizer({ rules: { bound: { to: 'mtls' } } }))).to.deep.equal([
      'withCertificate',
    ]);
  });

  it('is replaced or switched off on a route', async () => {
    const handler = authorizer({
      rules: { bound: 'dpop' },
      routes: { 'GET /a': {}, 'GET /b': { bound: false }, 'GET /c': { bound: 'mtls' } },
    });
    expect(await passing(handler, '/a')).to.deep.equal(['withProof']);
    expect(await passing(handler, '/b')).to.deep.equal(Object.keys(MAKERS));
    expect(await passing(handler, '/c')).to.deep.equal(['withCertificate']);
  });

  it('opens no other route in a policy than the token may use', async () => {
    const handler = authorizer({ routes: { 'GET /a': { bound: 'any' }, 'GET /b': {} } });
    const decision = await decide(handler, unbound('/b'));
    expect(decision.allowsFromCache('GET', '/b')).to.equal(true);
    expect(decision.allowsFromCache('GET', '/a')).to.equal(false);
  });

  it('only reports if the options say so, and refuses callers without a token', async () => {
    const handler = authorizer({ rules: { bound: { to: 'any', reportOnly: true } } });
    expect(await passing(handler)).to.deep.equal(Object.keys(MAKERS));
    const open = authorizer({ routes: { 'GET /a': { token: 'optional', bound: 'any' } } });
    expect(await decide(open, restRequestEvent({ path: '/a' }))).to.include({ refusal: 'missing_token' });
  });

  it('must name a binding that an option checks', () => {
    const only = { dpop: dpop('off'), mtls: mtls('off') };
    const dpopOnly = { mtls: mtls('off') };
    for (const [options, path] of [
      [{ ...only, rules: { bound: 'any' } }, 'rules.bound'],
      [{ ...dpopOnly, rules: { bound: { to: 'mtls' } } }, 'rules.bound'],
      [{ ...dpopOnly, routes: { 'GET /a': { bound: 'mtls' } } }, "routes['GET /a'].bound"],
      [{ ...only, apis: { a1: { rules: { bound: 'dpop' } } } }, "apis['a1'].rules.bound"],
    ] as [AuthorizerOptions, string][]) {
      expect(() => authorizer(options), path)
        .to.throw(OptionError, /that checks it/)
        .with.property('option', path);
    }
    authorizer({ ...dpopOnly, rules: { bound: 'any' }, routes: { 'GET /a': { bound: 'dpop' } } });
  });

  it('cannot be switched off if an option requires a binding on every route', () => {
    for (const [options, path] of [
      [{ routes: { 'GET /a': { bound: false } } }, "routes['GET /a'].bound"],
      [{ apis: { a1: { routes: { 'GET /a': { bound: false } } } } }, "apis['a1'].routes['GET /a'].bound"],
      [{ apis: { a1: { rules: { bound: false } } } }, "apis['a1'].rules.bound"],
    ] as [AuthorizerOptions, string][]) {
      expect(() => authorizer({ ...options, dpop: dpop('required') }), path)
        .to.throw(OptionError, /'required'/)
        .with.property('option', path);
      authorizer(options);
    }
    authorizer({ dpop: dpop('required'), routes: { 'GET /a': { bound: 'mtls' } } });
  });

  it('needs a header for the token, because only a header has the scheme DPoP', () => {
    const places = [{ query: 'token' }, { cookie: 'token' }, { subprotocol: 'v1', query: 'token' }] as const;
    for (const tokenSource of places) {
      for (const mode of ['allowed', 'required'] as const) {
        expect(() => authorizer({ dpop: dpop(mode), tokenSource }), JSON.stringify(tokenSource))
          .to.throw(OptionError, /`DPoP`/)
          .with.property('option', 'tokenSource');
      }
      authorizer({ dpop: dpop('off'), tokenSource });
      authorizer({ dpop: dpop('allowed'), tokenSource: { ...tokenSource, header: 'Authorization' } });
    }
    authorizer({ dpop: dpop('required'), tokenSource: { scheme: 'optional' } });
  });

  it('names the option that makes no sense', () => {
    for (const [bound, path] of [
      ['jkt', 'rules.bound'],
      [{ to: 'jkt' }, 'rules.bound.to'],
      [{ to: 'any', mode: 1 }, 'rules.bound.mode'],
      [{ to: 'any', reportOnly: 1 }, 'rules.bound.reportOnly'],
    ] as const) {
      expect(() => authorizer({ rules: { bound: bound as never } }), path)
        .to.throw(OptionError)
        .with.property('option', path);
    }
  });
});
