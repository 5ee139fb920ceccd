import { expect } from 'chai';
import sinon from 'sinon';
import { fetchFirst } from '../../lib/jwks/fetch-first.ts';
import type { FetchJwks } from '../../lib/jwks/fetch-jwks.ts';

const LIMITS = { timeoutMs: 200, maxBytes: 1024 };
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('fetchFirst', () => {
  let asked: string[];

  beforeEach(() => {
    asked = [];
  });

  const fetch: FetchJwks = async (uri, { timeoutMs }) => {
    asked.push(uri);
    if (uri.startsWith('down')) throw new Error(uri);
    if (uri.startsWith('slow')) await sleep(timeoutMs / 2);
    if (uri.startsWith('silent')) {
      await sleep(timeoutMs);
      throw new Error(uri);
    }
    return { body: uri, maxAge: null };
  };

  const cases: readonly [string, readonly string[], string, number][] = [
    ['asks no other address when the first one answers', ['up', 'other'], 'up', 1],
    ['asks the next address when one fails', ['down', 'down 2', 'up', 'other'], 'up', 3],
    ['asks the next address when one is silent', ['silent', 'up', 'other'], 'up', 2],
    ['takes a slow answer when no other address answers', ['slow', 'down'], 'slow', 2],
    ['fails with the error of the first address when all fail', ['down', 'silent', 'down 2'], 'down', 3],
    ['asks four addresses at most', ['down', 'down', 'down', 'down', 'up'], 'down', 4],
  ];
  it('asks the next address at once when one fails, and divides the time that is left', async () => {
    const times: number[] = [];
    const failing: FetchJwks = async (_uri, { timeoutMs }) => {
      times.push(timeoutMs);
      throw new Error('down');
    };
    const started = Date.now();
    const outcome = await fetchFirst(['a', 'b', 'c', 'd', 'e'], failing)('', {
      ...LIMITS,
      timeoutMs: 4000,
    }).catch((error: unknown) => (error as Error).message);
    expect(outcome).to.equal('down');
    expect(times).to.deep.equal([4000, 3000, 2000, 1000]);
    expect(Date.now() - started).to.be.below(1000);
  });

  it('leaves no timer behind', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await fetchFirst(['down', 'up'], fetch)('', LIMITS);
    const left = clock.countTimers();
    clock.restore();
    expect(left).to.equal(0);
  });

  for (const [title, uris, expected, count] of cases) {
    it(title, async () => {
      const outcome = await fetchFirst(uris, fetch)('', LIMITS).then(
        ({ body }) => body,
        (error: unknown) => (error as Error).message,
      );
      expect(outcome).to.equal(expected);
      expect(asked).to.deep.equal(uris.slice(0, count));
    });
  }
});
