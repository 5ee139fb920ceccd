import { expect } from 'chai';
import fc from 'fast-check';
import { bearerCredential } from '../../lib/token/credential.ts';
import { createVerifier } from '../../lib/token/verifier.ts';
import { parseVerifierOptions } from '../../lib/token/verifier-settings.ts';
import { NO_REQUEST } from '../support/bound-request.ts';
import { AUDIENCE, signToken, type TestKey, testKey, userClaims } from '../support/issuer.ts';
import { testKeySource } from '../support/key-source.ts';
import { runs } from '../support/property-runs.ts';
import { expectRefusal, refusalOf } from '../support/refusals.ts';

type Claims = Record<string, unknown>;

const AUTH0 = 'https://tenant.eu.auth0.com/';
const OTHER = 'https://id.example.com/realms/shop';
const CLIENT = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE';
const AUDIENCES = [AUDIENCE, CLIENT, 'my-app'];
const SET = { 'http://schemas.openid.net/event/backchannel-logout': {} };

describe('the kinds of JWT', () => {
  let key: TestKey;
  let verify: (claims: Claims, header?: Claims) => Promise<Claims>;

  before(async () => {
    key = await testKey(0, 'ES256');
    const settings = parseVerifierOptions(
      { issuer: [AUTH0, OTHER], audience: AUDIENCES, algorithms: ['ES256'], tokenCache: false },
      '',
    );
    const source = testKeySource(key);
    const verifier = createVerifier(settings, new Map(settings.issuers.map((issuer) => [issuer, source])));
    verify = async (claims, header) => {
      const credential = bearerCredential(await signToken(claims, key, header));
      return (await verifier.verify(credential, 1000, NO_REQUEST)).claims;
    };
  });

  /** An access token of another issuer: what all have in common. */
  const others = (claims: Claims): Claims =>
    userClaims(OTHER, { scope: undefined, azp: undefined, permissions: undefined, sub: 'u1', ...claims });

  /** An ID token of Auth0 without a nonce. */
  const idToken = (claims: Claims = {}): Claims =>
    userClaims(AUTH0, { aud: CLIENT, azp: undefined, scope: undefined, permissions: undefined, ...claims });

  describe('given ID tokens', () => {
    const cases: readonly [what: string, claims: () => Claims][] = [
      ['of Auth0 with session and profile', () => idToken({ sid: 's', email: 'a@example.com' })],
      ['of Auth0 with the required claims alone', () => idToken()],
      ['of Auth0 with a scope of an Action', () => idToken({ scope: 'read:orders' })],
      ['of Auth0 with the client in a list', () => idToken({ aud: [CLIENT] })],
      ['of Auth0 with the client twice', () => idToken({ azp: CLIENT, scope: 'openid' })],
      ['of Auth0 with `client_id`', () => idToken({ client_id: CLIENT })],
      ['of an Auth0 client of another form', () => idToken({ aud: 'my-app', auth_time: 1 })],
      ['of Auth0 with a nonce and a scope', () => idToken({ aud: AUDIENCE, nonce: 'n', scope: 'openid' })],
      ['of another issuer with a nonce', () => others({ aud: 'my-app', nonce: 'n' })],
      ['of another issuer for its own client', () => others({ aud: 'my-app', azp: 'my-app' })],
      ['of another issuer whose `scp` is null', () => others({ aud: 'my-app', azp: 'my-app', scp: null })],
      ['with `at_hash`', () => others({ at_hash: 'h', scope: 'openid' })],
      ['with `c_hash`', () => others({ c_hash: 'h', scope: 'openid' })],
      ['with `s_hash`', () => others({ s_hash: 'h', scope: 'openid' })],
      ['of Keycloak', () => others({ typ: 'ID', azp: 'web', scope: 'openid' })],
      ['of Cognito', () => others({ token_use: 'id', scope: 'openid' })],
      ['with `token_type`', () => others({ token_type: 'id_token', scope: 'openid' })],
    ];
    for (const [what, claims] of cases) {
      it(`refuses one ${what}`, async () => {
        await expectRefusal(() => verify(claims()), 'id_token');
      });
    }
  });

  describe('given other kinds', () => {
    const cases: readonly [kind: string, claims: Claims][] = [
      ['logout token or other security event', { events: SET }],
      ['logout token or other security event', { events: {} }],
      ['introspection response', { token_introspection: { active: true } }],
      ['DPoP proof', { htm: 'GET', htu: 'https://api.example.com/' }],
      ['authorization request', { response_type: 'code' }],
      ['authorization response', { sub: undefined, code: 'c', state: 's' }],
      ['verifiable credential', { vc: { type: ['VerifiableCredential'] } }],
      ['verifiable credential', { vp: {} }],
      ['refresh token', { typ: 'Refresh' }],
      ['refresh token', { typ: 'Offline' }],
      ['refresh token', { token_use: 'refresh' }],
      ['refresh token', { token_type: 'refresh_token' }],
      ['logout token', { typ: 'Logout' }],
    ];
    for (const issuer of [AUTH0, OTHER]) {
      for (const [kind, claims] of cases) {
        it(`refuses a ${kind} of ${issuer} with ${Object.keys(claims)}`, async () => {
          await expectRefusal(() => verify(userClaims(issuer, claims)), 'not_an_access_token', kind);
        });
      }
    }

    it('refuses a client assertion: its subject is its issuer', async () => {
      for (const claims of [userClaims(AUTH0, { sub: AUTH0 }), others({ sub: OTHER })]) {
        await expectRefusal(() => verify(claims), 'not_an_access_token', 'client assertion');
      }
      expect(await verify(others({ sub: OTHER, scope: 'read:orders' }))).to.have.property('sub', OTHER);
    });

    for (const typ of [
      ...['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'oauth-authz-req+jwt', 'token-introspection+jwt'],
      ...['client-authentication+jwt', 'entity-statement+jwt', 'statuslist+jwt', 'txntoken+jwt', 'rt+jwt'],
      ...['vc+jwt', 'dc+sd-jwt', 'id_token', 'application/logout+jwt', 'at+jwt2', ''],
    ]) {
      it(`refuses the type '${typ}'`, async () => {
        const { refusal } = await refusalOf(() => verify(userClaims(AUTH0), { typ }));
        expect(refusal.code).to.equal('token_type_not_allowed');
      });
    }
  });

  describe('given access tokens', () => {
    const auth0 = (claims: Claims) => userClaims(AUTH0, { permissions: undefined, ...claims });
    const cases: readonly [what: string, claims: () => Claims][] = [
      ['of a user of Auth0', () => auth0({ aud: [AUDIENCE, `${AUTH0}userinfo`], azp: CLIENT })],
      [
        'of a machine of Auth0 without scopes',
        () => auth0({ sub: `${CLIENT}@clients`, azp: CLIENT, gty: 'client-credentials', scope: undefined }),
      ],
      ['of the RFC 9068 profile', () => auth0({ azp: undefined, client_id: CLIENT, jti: 'j' })],
      ['with profile claims of an Action', () => auth0({ azp: CLIENT, email: 'a@example.com', name: 'A' })],
      ['for an API whose identifier looks like a client ID', () => auth0({ aud: CLIENT, azp: 'other' })],
      [
        'with `client_id` for such an API',
        () => auth0({ aud: CLIENT, azp: undefined, client_id: 'other', jti: 'j' }),
      ],
      ['with `htu` alone', () => others({ htu: 'https://api.example.com/' })],
      ['that names no client', () => auth0({ azp: undefined, scope: undefined })],
      ['of Keycloak before version 25', () => others({ typ: 'Bearer', azp: 'web', nonce: 'n', sid: 's' })],
      ['of Keycloak that is bound', () => others({ typ: 'DPoP', azp: 'web', nonce: 'n' })],
      ['with a nonce and scopes', () => others({ nonce: 'n', scope: '' })],
      ['of Entra for an application of its own', () => others({ aud: 'my-app', azp: 'my-app', scp: 'read' })],
      ['of Okta', () => others({ cid: 'web', scp: ['read'], nonce: 'n' })],
      [
        'with own claims of these names',
        () => others({ events: ['a'], vc: 'x', vp: [], htm: 'GET', code: 'c' }),
      ],
      ['with a type of its own', () => others({ typ: 'premium', token_use: 'access', token_type: 7 })],
      ['with null in place of marks', () => others({ events: null, token_introspection: null, vc: null })],
    ];
    for (const [what, claims] of cases) {
      it(`accepts one ${what}`, async () => {
        const given = JSON.parse(JSON.stringify(claims())) as Claims;
        expect(await verify(given)).to.deep.equal(given);
      });
    }

    it('accepts one with `typ: at+jwt`, whatever its claims are', async () => {
      const header = { typ: 'at+jwt' };
      for (const claims of [idToken(), others({ aud: 'my-app', azp: 'my-app', nonce: 'n', events: SET })]) {
        expect(await verify(claims, header)).to.have.property('iss', claims['iss']);
      }
    });
  });

  it('accepts no token with the mark of another kind, whatever else it has', async () => {
    const marks: readonly Claims[] = [
      ...['at_hash', 'c_hash', 's_hash'].map((name) => ({ [name]: 'h' })),
      ...['ID', 'Refresh', 'OFFLINE', 'logout'].map((typ) => ({ typ })),
      ...[{ events: SET }, { token_introspection: {} }, { htm: 'GET', htu: 'u' }, { response_type: 'code' }],
      ...[{ vc: {} }, { vp: {} }, { token_use: 'id' }, { token_type: 'refresh' }],
    ];
    const extras = fc.record(
      {
        aud: fc.constantFrom<unknown>(...AUDIENCES, [...AUDIENCES]),
        azp: fc.constantFrom(...AUDIENCES, 'web', null),
        client_id: fc.constantFrom(...AUDIENCES, 'web'),
        scope: fc.constantFrom('', 'openid', 'read:orders'),
        scp: fc.constantFrom<unknown>('read', ['read'], null),
        permissions: fc.constant(['read:orders']),
        gty: fc.constantFrom<unknown>('client-credentials', ['refresh_token']),
        sid: fc.string(),
        jti: fc.constant('j'),
        act: fc.constant({ sub: 'agt_1' }),
      },
      { requiredKeys: [] },
    );
    const cases = fc.tuple(fc.constantFrom(AUTH0, OTHER), fc.constantFrom(...marks), extras, fc.boolean());
    await fc.assert(
      fc.asyncProperty(cases, async ([issuer, mark, extra, isTyped]) => {
        const claims = userClaims(issuer, { scope: undefined, ...extra, ...mark });
        const { refusal } = await refusalOf(() => verify(claims, { typ: isTyped ? 'JWT' : undefined }));
        expect(refusal.code).to.be.oneOf(['id_token', 'not_an_access_token']);
      }),
      { numRuns: runs(200, 2000) },
    );
  });

  it('accepts no ID token of Auth0 for any client that `audience` lists', async () => {
    const extras = fc.record(
      {
        nonce: fc.string(),
        sid: fc.string(),
        auth_time: fc.nat(),
        name: fc.string(),
        scope: fc.constantFrom('', 'openid', 'read:orders'),
        azp: fc.constant(CLIENT),
        'https://example.com/roles': fc.array(fc.string()),
        permissions: fc.constant(['read:orders']),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(extras, fc.boolean(), async (extra, isList) => {
        await expectRefusal(() => verify(idToken({ ...extra, aud: isList ? [CLIENT] : CLIENT })), 'id_token');
      }),
      { numRuns: runs(100, 1000) },
    );
  });
});
