import { expect } from 'chai';
import sinon from 'sinon';
import type { RouteRules } from '../../lib/index.ts';
import { createRuleBook } from '../../lib/rules/rule-book.ts';
import { requestOf, tokenOf } from './subjects.ts';

const ROUTES = 100;
const HELD = Array.from({ length: 1700 }, (_, number) => `held:${number}`);
const othersOf = (route: number) => Array.from({ length: 50 }, (_, number) => `other:${route}.${number}`);

/** Judges a token for one route of many, and for all of them: whether it may use the first, and how many it may use. */
async function judged(rulesOf: (route: number) => RouteRules, claims: object) {
  const routes = Object.fromEntries(
    Array.from({ length: ROUTES }, (_, route) => [`GET /r${route}`, rulesOf(route)]),
  );
  const judging = createRuleBook({ routes }).begin(requestOf({ path: '/r0' }), tokenOf({ ...claims }));
  const verdict = await judging.verdict();
  return { first: verdict.kind, granted: judging.grants().routes.filter(Boolean).length };
}

/** The list, and how often an item of it is read. */
function countedList<Item>(items: readonly Item[]) {
  let reads = 0;
  const list = new Proxy([...items], {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  return { list, reads: () => reads };
}

describe('rules about many names, for a token with many', () => {
  const kinds: Record<string, [rulesOf: (names: readonly string[]) => RouteRules, claim: string]> = {
    'permissions: any': [(any) => ({ permissions: { any } }), 'permissions'],
    claims: [(groups) => ({ claims: { groups } }), 'groups'],
    authorizationDetails: [(types) => ({ authorizationDetails: { types } }), 'authorization_details'],
  };
  for (const [kind, [rulesOf, claim]] of Object.entries(kinds)) {
    it(`read the claim a few times for all routes together: ${kind}`, async () => {
      const asEntries = claim === 'authorization_details';
      const { list, reads } = countedList<string | object>(asEntries ? HELD.map((type) => ({ type })) : HELD);
      const last = (route: number) => (route % 2 === 0 ? ['held:1699'] : ['other']);
      const result = await judged((route) => rulesOf([...othersOf(route), ...last(route)]), {
        [claim]: list,
      });
      expect(result).to.deep.equal({ first: 'passed', granted: ROUTES / 2 });
      // Once for the set, and for JSON as the key of what is remembered.
      expect(reads()).to.be.at.most(4 * HELD.length);
    });
  }

  it('read the claim once for all routes together: all of a list', async () => {
    const { list, reads } = countedList(HELD);
    const demands = { amr: [...HELD.slice(-50), 'other'], claims: { amr: 'methods' } };
    const routes = (route: number) => ({ authentication: { ...demands, acr: [`${route}`] } });
    const methods = (route: number): RouteRules =>
      route === 0 ? { authentication: { amr: HELD.slice(-50), claims: { amr: 'methods' } } } : routes(route);
    expect(await judged(methods, { methods: list, acr: '7' })).to.deep.equal({ first: 'passed', granted: 1 });
    expect(reads()).to.be.at.most(4 * HELD.length);
  });

  it('do not search the text of `scope` for each name', async () => {
    const scope = HELD.join(' ');
    const search = sinon.spy(String.prototype, 'includes');
    const split = sinon.spy(String.prototype, 'split');
    try {
      const any = (route: number) => [...othersOf(route), route % 2 === 0 ? 'held:1699' : 'other'];
      const result = await judged((route) => ({ scopes: { any: any(route) } }), { scope });
      expect(result).to.deep.equal({ first: 'passed', granted: ROUTES / 2 });
      const searches = search.thisValues.filter((text) => String(text).length > 1000);
      expect(searches).to.have.length(0);
      expect(split.thisValues.filter((text) => String(text) === scope)).to.have.length(1);
    } finally {
      search.restore();
      split.restore();
    }
  });

  for (const [what, scope] of [
    ['a short', 'a b'],
    ['a long', `${HELD.join(' ')} a b`],
  ] as const) {
    it(`compare whole names in ${what} text`, async () => {
      const passes = async (names: readonly string[]) =>
        (await judged(() => ({ scopes: names }), { scope })).first === 'passed';
      expect([await passes(['a', 'b']), await passes(['a', 'c']), await passes(['held:'])]).to.deep.equal([
        true,
        false,
        false,
      ]);
    });
  }
});
