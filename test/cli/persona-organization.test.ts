import { expect } from 'chai';
import { personasFor } from '../../lib/cli/dev/personas.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

describe('the personas of dev, where rules are about organizations', () => {
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

  const rows: readonly (readonly [persona: string, path: string])[] = [
    ['GET_ORGS_ORG', '/orgs/1'],
    ['GET_NAMES_ORG', '/names/1'],
    ['GET_A', '/a'],
    ['GET_B', '/b'],
    ['EVERYTHING', '/a'],
  ];
  for (const [persona, path] of rows) {
    it(`${persona} may use ${path}, and NOTHING may not`, async () => {
      const outcomeFor = async (name: string) => {
        const token = issuer.token(personas.get(name));
        return (await decide(handler, restRequestEvent({ token, path }))).outcome;
      };
      expect(await outcomeFor(persona)).to.equal('allow');
      expect(await outcomeFor('NOTHING')).to.equal('deny');
    });
  }

  it('have no organization where no rule is about one', () => {
    expect(personas.get('GET_C')).not.to.have.any.keys('org_id', 'org_name');
    expect(
      personasFor({ rules: {}, routes: { 'GET /a': { organization: false } } }, undefined).get('GET_A'),
    ).not.to.have.property('org_id');
  });
});
