import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { personasFor } from '../../lib/personas/personas.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

describe('the personas', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });

  /** The names of the personas that may use each route. */
  async function admitted(options: AuthorizerOptions): Promise<Record<string, string[]>> {
    const handler = middy().use(auth0Authorizer({ ...options, logger: false, ...issuer.options }));
    const found: Record<string, string[]> = {};
    for (const path of Object.keys(options.routes ?? {}).map((key) => key.slice('GET '.length))) {
      found[path] = [];
      for (const { name, claims } of personasFor(options, undefined)) {
        const { outcome } = await decide(handler, restRequestEvent({ token: issuer.token(claims), path }));
        if (outcome === 'allow') found[path]?.push(name);
      }
    }
    return found;
  }

  for (const kind of ['machine', 'agent', 'anonymous'] as const) {
    it(`may use a route for the kind ${kind}, and one for users`, async () => {
      const names = await admitted({
        routes: { 'GET /a': { callers: { allow: [kind] } }, 'GET /b': { callers: { allow: ['user'] } } },
      });
      expect(names['/a']).to.deep.equal(['GET /a']);
      expect(names['/b']).to.include.members(['GET /b', 'nothing']).and.not.include('GET /a');
    });
  }

  it('may use routes with the same kind, whatever else the routes allow', async () => {
    const names = await admitted({
      routes: {
        'GET /a': { callers: { allow: ['agent', 'machine'], actors: ['agt_1'], maxDelegation: 0 } },
        'GET /b': { callers: { allow: ['agent', 'anonymous'], actors: ['agt_1'] } },
        'GET /c': { callers: { allow: ['agent'] } },
      },
    });
    for (const path of ['/a', '/b', '/c']) expect(names[path], path).to.include('everything');
  });

  it('are of an application that the routes allow', async () => {
    const names = await admitted({
      rules: { clients: ['web', 'cli'] },
      routes: { 'GET /a': {}, 'GET /b': { clients: { allow: ['cli'] }, callers: { allow: ['machine'] } } },
    });
    expect(names).to.deep.equal({
      '/a': ['everything', 'GET /a', 'GET /b'],
      '/b': ['everything', 'GET /b'],
    });
  });
});
