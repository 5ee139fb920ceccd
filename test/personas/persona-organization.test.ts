import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { personasFor } from '../../lib/personas/personas.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

describe('the personas, where rules are about organizations', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const routes = {
    'GET /orgs/{org}': { organization: { matches: 'path:org' } },
    'GET /names/{org}': { organization: { matches: 'path:org', by: 'name' } },
    'GET /a': { organization: { allow: ['org_a', 'Acme'] } },
    'GET /b': { organization: { allow: ['Umbrella'] } },
    'GET /c': {},
  } as const;
  const options: AuthorizerOptions = { ...issuer.options, routes };
  const handler = middy().use(auth0Authorizer({ ...options, logger: false }));
  const personas = personasFor(options, undefined);
  const claimsOf = (wanted: string, all = personas) => all.find(({ name }) => name === wanted)?.claims;

  const rows: readonly (readonly [persona: string, path: string])[] = [
    ['GET /orgs/{org}', '/orgs/1'],
    ['GET /names/{org}', '/names/1'],
    ['GET /a', '/a'],
    ['GET /b', '/b'],
    ['everything', '/a'],
  ];
  for (const [persona, path] of rows) {
    it(`${persona} may use ${path}, and the persona "nothing" may not`, async () => {
      const outcomeFor = async (name: string) => {
        const token = issuer.token(claimsOf(name));
        return (await decide(handler, restRequestEvent({ token, path }))).outcome;
      };
      expect(await outcomeFor(persona)).to.equal('allow');
      expect(await outcomeFor('nothing')).to.equal('deny');
    });
  }

  it('have no organization where no rule is about one', () => {
    expect(claimsOf('GET /c')).not.to.have.any.keys('org_id', 'org_name');
    expect(
      claimsOf('GET /a', personasFor({ routes: { 'GET /a': { organization: false } } }, undefined)),
    ).not.to.have.property('org_id');
  });
});
