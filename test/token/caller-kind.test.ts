import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { type AccessTokenClaims, callerKind } from '../../lib/index.ts';
import { createTestIssuer } from '../../lib/testing.ts';
import { callerFacts } from '../../lib/token/caller-kind.ts';

const { token } = createTestIssuer({ algorithm: 'ES256' });
const claimsIn = (text: string) => decodeJwt(text) as AccessTokenClaims;

describe('callerKind', () => {
  for (const profile of ['auth0', 'rfc9068'] as const) {
    it(`recognises the tokens that Auth0 issues in the profile ${profile}`, () => {
      const kindOf = (text: string) => callerKind(claimsIn(text));
      expect(kindOf(token.user({}, { profile }))).to.equal('user');
      expect(kindOf(token.machine({}, { profile }))).to.equal('machine');
      expect(kindOf(token.anonymous({}, { profile }))).to.equal('anonymous');
      for (const grant of ['exchange', 'login', 'client-credentials'] as const) {
        expect(kindOf(token.agent({}, { profile, grant })), grant).to.equal('agent');
      }
      for (const grant of ['exchange', 'login'] as const) {
        expect(kindOf(token.agent({}, { profile, grant, profileClaims: false })), grant).to.equal('agent');
      }
      const alone = token.agent({}, { profile, grant: 'client-credentials', profileClaims: false });
      expect(kindOf(alone)).to.equal(profile === 'auth0' ? 'machine' : 'unknown');
    });
  }

  const act = { sub: 'agt_1' };
  const cases: readonly [claims: Record<string, unknown>, kind: string][] = [
    [{ sub: 'auth0|1' }, 'user'],
    [{ sub: 'google-oauth2|1', gty: 'password' }, 'user'],
    [{ sub: 'samlp|acme|a@clients', azp: 'c' }, 'user'],
    [{ sub: 'auth0|1', sub_profile: 'user' }, 'user'],
    [{ sub: 'any', sub_profile: 'user', client_profile: 'browser_app' }, 'user'],
    [{ sub: 'auth0|1', client_profile: 'service' }, 'user'],
    [{ sub: 'c@clients', azp: 'c' }, 'machine'],
    [{ sub: 'c@clients', client_id: 'c' }, 'machine'],
    [{ sub: 'any', gty: 'client-credentials' }, 'machine'],
    [{ sub: 'any', gty: ['refresh_token', 'client-credentials'] }, 'machine'],
    [{ sub: 'any', sub_profile: 'service' }, 'machine'],
    [{ sub: 'auth0|1', gty: 'client-credentials' }, 'machine'],
    [{ sub: 'c@clients', azp: 'd' }, 'unknown'],
    [{ sub: 'c@clients' }, 'unknown'],
    [{ sub: 'undefined@clients' }, 'unknown'],
    [{}, 'unknown'],
    [{ sub: '32adf091-e7aa-4c6e-acbd-55e8cad4f66f' }, 'unknown'],
    [{ sub: 'auth0|1', act }, 'agent'],
    [{ sub: 'auth0|1', act, sub_profile: 'user', client_profile: 'service' }, 'agent'],
    [{ sub: 'agt_1', sub_profile: 'ai_agent' }, 'agent'],
    [{ sub: 'agt_1', sub_profile: 'service ai_agent' }, 'agent'],
    [{ sub: 'auth0|1', client_profile: 'ai_agent' }, 'agent'],
    [{ sub: 'auth0|1', client_profile: ['service', 'ai_agent'] }, 'agent'],
    [{ sub: 'c@clients', azp: 'c', act }, 'agent'],
    [{ sub: 'anon@1' }, 'anonymous'],
    [{ sub: 'anon|1' }, 'anonymous'],
    [{ sub: 'anon@1', act, sub_profile: 'user' }, 'anonymous'],
    [{ sub: 'anon@1', gty: 'client-credentials', sub_profile: 'service' }, 'anonymous'],
    [{ sub: 'anon@1', sub_profile: 'new' }, 'anonymous'],
    [{ sub: 'anon@1', client_profile: 'browser_app' }, 'anonymous'],
    [{ sub: 'anonymous|1' }, 'user'],
    [{ sub: 'auth0|1', act: null, sub_profile: null, client_profile: null }, 'user'],
    [{ sub: 'c@clients', azp: 'c', act: null }, 'machine'],
    [{ sub: 'any', act: null }, 'unknown'],
    [{ sub: 'any', act: null, sub_profile: 'service' }, 'machine'],
    [{ sub: 'auth0|1', act: { ...act, act: null, sub_profile: null } }, 'agent'],
    [{ sub: 'auth0|1', act, sub_profile: null, client_profile: null }, 'agent'],
    [{ sub: 'anon@1', act: null }, 'anonymous'],
    [{ sub: 'c@clients', azp: 'c', sub_profile: 'user' }, 'unknown'],
    [{ sub: 'auth0|1', gty: 'client-credentials', sub_profile: 'user' }, 'unknown'],
    [{ sub: 'x', sub_profile: 'user ai_agent' }, 'unknown'],
    [{ sub: 'x', sub_profile: 'ai_agent service' }, 'agent'],
    [{ sub: 'x', sub_profile: 'service native_app' }, 'unknown'],
    [{ sub: 'x', sub_profile: ['service ai_agent'] }, 'unknown'],
    [{ sub: 'x', client_profile: 'native_app ai_agent' }, 'agent'],
    [{ sub: 'x', sub_profile: 'user service' }, 'unknown'],
    [{ sub: 'x', sub_profile: 'browser_app' }, 'unknown'],
    ...['', ' ', 'user ', 'User', 'robot', 'user robot', 7, true, {}, [], [7], ['user', 'robot']].flatMap(
      (profile): [Record<string, unknown>, string][] => [
        [{ sub: 'auth0|1', sub_profile: profile }, 'unknown'],
        [{ sub: 'auth0|1', client_profile: profile }, 'unknown'],
        [{ sub: 'auth0|1', act: { ...act, sub_profile: profile } }, 'unknown'],
        [{ sub: 'auth0|1', act: { ...act, act: { ...act, client_profile: profile } } }, 'unknown'],
      ],
    ),
    ...['agt_1', 7, [], {}, { sub: '' }, { sub: null }, { sub: 7 }, { ...act, act: {} }].map(
      (bad): [Record<string, unknown>, string] => [{ sub: 'auth0|1', act: bad }, 'unknown'],
    ),
  ];
  for (const [claims, kind] of cases) {
    it(`is ${kind} for ${JSON.stringify(claims)}`, () => {
      expect(callerKind({ iss: 'x', exp: 1, ...claims } as AccessTokenClaims)).to.equal(kind);
    });
  }
});

describe('callerFacts', () => {
  it('names the outermost actor, and counts the levels', () => {
    expect(callerFacts(claimsIn(token.agent()))).to.include({ actor: 'agt_test', depth: 2 });
    expect(callerFacts(claimsIn(token.agent({}, { grant: 'login' })))).to.include({ depth: 1 });
    const alone = claimsIn(token.agent({}, { grant: 'client-credentials' }));
    expect(callerFacts(alone)).to.include({ actor: 'agt_test', depth: 0, hasAgent: true });
    expect(callerFacts(claimsIn(token.agent({ sub: 'anon@1' })))).to.include({
      kind: 'anonymous',
      hasAgent: true,
      actor: 'agt_test',
    });
    const ended = { sub: 'agt_1', act: { sub: 'spa', act: null } };
    expect(callerFacts(claimsIn(token.user({ act: ended })))).to.include({ actor: 'agt_1', depth: 2 });
  });

  it('names no actor if the token names none', () => {
    const login = token.agent({ act: undefined }, { grant: 'login' });
    expect(callerFacts(claimsIn(login))).to.include({ kind: 'agent', actor: null });
    const nobody = token.agent({ sub: undefined }, { grant: 'client-credentials' });
    expect(callerFacts(claimsIn(nobody))).to.include({ kind: 'agent', actor: null });
    expect(callerFacts(claimsIn(token.user()))).to.include({ actor: null, hasAgent: false });
    expect(callerFacts(claimsIn(token.user({ sub_profile: 'robot' })))).to.include({ actor: null });
  });

  it('says what is wrong whenever the kind is unknown', () => {
    const flawOf = (claims: Record<string, unknown>) => callerFacts(claimsIn(token.user(claims))).flaw;
    expect(flawOf({ act: 7 })).to.equal('act is malformed');
    expect(flawOf({ sub_profile: 'robot' })).to.equal('sub_profile has an unknown value');
    expect(flawOf({ client_profile: 'robot' })).to.equal('client_profile has an unknown value');
    expect(flawOf({ sub: 'x' })).to.match(/^no claim shows/);
    expect(flawOf({ sub: 'x', client_profile: 'service' })).to.match(
      /^the claims about the caller show no kind/,
    );
    expect(flawOf({})).to.equal(null);
    expect(flawOf({ sub_profile: 'user' })).to.equal(null);
    expect(flawOf({ act: { sub: 'agt_1' } })).to.equal(null);
  });
});
