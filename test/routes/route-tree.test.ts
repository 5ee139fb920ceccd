import { expect } from 'chai';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import {
  advance,
  type Candidate,
  createRouteTree,
  literalsOf,
  type Place,
} from '../../lib/routes/route-tree.ts';

const treeOf = (...texts: string[]) => createRouteTree(texts.map((text) => parseRouteKey(text, 'routes')));

function placesOf(root: Place): Place[] {
  const next = [...(root.literals?.values() ?? []), ...(root.parameter === null ? [] : [root.parameter])];
  return [root, ...next.flatMap(placesOf)];
}

const pick = (candidates: readonly Candidate[]) =>
  candidates.map((candidate) => {
    const { kind, spelled } = candidate;
    return kind === 'place'
      ? { kind, spelled }
      : { kind, spelled, route: candidate.route, any: candidate.any };
  });

describe('createRouteTree', () => {
  it('numbers its places, and knows the literals of all routes', () => {
    const { root, start, literals } = treeOf('GET /a/{id}/b', 'POST /a/c', '$default');
    const ids = placesOf(root).map(({ id }) => id);
    expect(ids.toSorted((one, other) => one - other)).to.deep.equal([0, 1, 2, 3, 4]);
    expect([...literals]).to.have.members(['a', 'b', 'c']);
    expect(start).to.deep.equal([{ kind: 'place', place: root, spelled: false }]);
  });

  it('knows at each place the methods and kinds of the routes below', () => {
    const keys = ['GET /a', 'ANY /a', 'GET /{p+}', 'ANY /{p+}'];
    const kinds = keys.map((key) => treeOf(key).root.kinds);
    expect(new Set(kinds).size).to.equal(4);
    expect(treeOf(...keys).root.kinds).to.equal(kinds.reduce((all, kind) => all | kind));
    const [get = 0, post = 0] = ['GET /a', 'POST /a'].map((key) => treeOf(key).root.methods);
    expect([get, post]).not.to.include(0);
    expect(get & post).to.equal(0);
    expect(treeOf('GET /a', 'POST /b').root.methods).to.equal(get | post);
    expect(treeOf('ANY /a').root.methods & (get | post)).to.equal(get | post);
  });
});

describe('advance', () => {
  const tree = treeOf('GET /u/me', 'GET /u/{id}', 'ANY /u/{p+}', 'POST /v');
  const following = (candidates: readonly Candidate[], text: string | null, spells = false, method = 'GET') =>
    advance(candidates, text, method, spells);
  const users = following(tree.start, 'u');

  it('lists literal, parameter and greedy routes, and marks what took the text of a literal', () => {
    const greedy = { kind: 'greedy', route: 2, any: true, spelled: false };
    const [literal, parameter] = [false, true].map((spelled) => ({ kind: 'place', spelled }));
    expect(pick(following(users, 'me', true))).to.deep.equal([literal, parameter, greedy]);
    expect(pick(following(users, 'me'))).to.deep.equal([literal, literal, greedy]);
    expect(pick(following(users, null))).to.deep.equal([literal, greedy]);
    expect(pick(following(users, ''))).to.deep.equal([greedy]);
  });

  it('keeps the mark on the way down', () => {
    const deep = treeOf('GET /{a}/{b}/{p+}');
    const marked = following(following(deep.start, 'x', true), 'y');
    expect(pick(marked)).to.deep.equal([{ kind: 'place', spelled: true }]);
    const greedy = { kind: 'greedy', route: 0, any: false, spelled: true };
    expect(pick(following(marked, 'z'))).to.deep.equal([greedy]);
    expect(pick(following(following(marked, 'z'), 'more', true))).to.deep.equal([greedy]);
  });

  it('drops places without a route for the method', () => {
    expect(following(tree.start, 'v')).to.deep.equal([]);
    expect(following(tree.start, 'v', false, 'POST')).to.have.length(1);
    expect(pick(following(users, 'me', false, 'POST'))).to.deep.equal([
      { kind: 'greedy', route: 2, any: true, spelled: false },
    ]);
  });

  it('leaves the literals that lead on, by method', () => {
    expect([...literalsOf(tree.start, 'GET')]).to.deep.equal(['u']);
    expect([...literalsOf(tree.start, 'POST')]).to.have.members(['u', 'v']);
    expect([...literalsOf(users, 'GET')]).to.deep.equal(['me']);
    expect([...literalsOf(following(users, 'x'), 'GET')]).to.deep.equal([]);
  });
});
