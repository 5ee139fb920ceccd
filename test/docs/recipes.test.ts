import { expect } from 'chai';
import { auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';
import { type Recipe, recipeUrl } from '../support/tracer-recipe.ts';

describe('the recipe for Tracer', () => {
  const issuer = createTestIssuer();

  /** How the segment of a request ends: as an answer or as a fault. */
  async function segmentOf(event: object): Promise<string[]> {
    const ended: string[] = [];
    const traced = { after: () => void ended.push('answer'), onError: () => void ended.push('fault') };
    const { withoutRefusals } = (await import(recipeUrl())) as Recipe;
    const authorizer = middy()
      .use(withoutRefusals(traced))
      .use(
        auth0Authorizer({
          ...issuer.options,
          logger: false,
          routes: {
            'GET /orders': {},
            'POST /orders': { scopes: ['write:orders'] },
            'GET /fail': { custom: { broken: () => Promise.reject(new Error('in a rule')) } },
          },
        }),
      );
    await decide(authorizer, event);
    return ended;
  }

  const token = issuer.token();

  it('ends the segment as an answer when the request is allowed or refused', async () => {
    expect(await segmentOf(restRequestEvent({ token, path: '/orders' }))).to.deep.equal(['answer']);
    expect(await segmentOf(restRequestEvent({ token, method: 'POST', path: '/orders' }))).to.deep.equal([
      'answer',
    ]);
    expect(await segmentOf(restRequestEvent({ token: 'no token', path: '/orders' }))).to.deep.equal([
      'answer',
    ]);
  });

  it('ends the segment as a fault when the authorizer fails', async () => {
    expect(await segmentOf(restRequestEvent({ token, path: '/fail' }))).to.deep.equal(['fault']);
  });
});
