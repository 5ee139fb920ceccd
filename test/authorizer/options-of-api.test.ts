import { expect } from 'chai';
import { optionsOfApi } from '../../lib/authorizer/options-of-api.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, decide, eventFor } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

describe('optionsOfApi', () => {
  const issuer = createTestIssuer({ domain: 'one.eu.auth0.com' });
  const jwks = { keys: issuer.jwks, shared: true };
  const pass = () => true;
  const fail = () => false;
  const options: AuthorizerOptions = {
    logger: false,
    unauthorized: 'deny',
    jwks,
    domain: [{ domain: 'one.eu.auth0.com', audience: ['orders', 'admin'] }, 'two.eu.auth0.com'],
    audience: 'common',
    rules: { scopes: ['a'], permissions: ['p'], custom: { own: pass, other: fail } },
    apis: {
      inheriting: { rules: { custom: { other: false } } },
      demanding: { audience: ['orders', 'bills'], rules: { scopes: false, custom: false } },
      routed: {
        audience: 'admin',
        rules: { custom: { own: false, other: false }, callers: false },
        routes: { 'GET /orders': { scopes: ['b'] } },
        undeclared: 'rules',
      },
    },
  };

  for (const api of ['inheriting', 'demanding', 'routed']) {
    it(`makes an authorizer that decides as the one for all APIs does: ${api}`, async () => {
      const all = middy().use(auth0Authorizer(options));
      const alone = middy().use(auth0Authorizer(optionsOfApi(options, api)));
      const outcomes = new Set<string>();
      for (const iss of ['https://one.eu.auth0.com/', 'https://two.eu.auth0.com/']) {
        for (const aud of ['common', 'orders', 'bills', 'admin', ['bills', 'admin']]) {
          for (const scope of ['a', 'b', '']) {
            for (const permissions of [['p'], []]) {
              for (const path of ['/orders', '/other']) {
                const token = issuer.token({ iss, aud, scope, permissions });
                const event = eventFor('http-api-2.0', { token, apiId: api, path });
                const [one, other] = [await decide(all, event), await decide(alone, event)];
                const { refusal: code } = one as { refusal?: string };
                // With `apis`, the verifier accepts the audiences of the other APIs too: the same code, from another step.
                expect(other).to.deep.include({
                  outcome: one.outcome,
                  ...(code === undefined ? {} : { refusal: code }),
                });
                outcomes.add(code ?? one.outcome);
              }
            }
          }
        }
      }
      expect([...outcomes]).to.include.members(['allow', 'wrong_audience']);
    });
  }

  it('leaves options without APIs as they are', () => {
    const plain = { audience: 'a' };
    expect(optionsOfApi(plain, undefined)).to.equal(plain);
  });

  it('keeps a single domain or issuer', () => {
    const apis = { one: { audience: 'x' } };
    expect(optionsOfApi({ domain: 'one.eu.auth0.com', apis }, 'one')).to.deep.equal({
      domain: 'one.eu.auth0.com',
      audience: ['x'],
    });
    const bound = [
      { issuer: 'https://a.example/', audience: ['x', 'y'] },
      { issuer: 'https://b.example/', audience: 'y' },
    ];
    expect(optionsOfApi({ issuer: bound, apis }, 'one')).to.deep.equal({
      issuer: [{ issuer: 'https://a.example/', audience: ['x'] }],
    });
  });
});
