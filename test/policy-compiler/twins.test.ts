import { expect } from 'chai';
import type { Binding } from '../../lib/policy-compiler/own-text.ts';
import type { Requirement } from '../../lib/policy-compiler/policy-table.ts';
import { withTwins } from '../../lib/policy-compiler/twins.ts';
import type { RouteKey } from '../../lib/routes/route-key.ts';
import { OWN } from '../../lib/rules/kinds/organization-match.ts';
import { parse } from './support/tables.ts';

/** Routes with the bound segment, if any, and what is granted with each: its paths, with `own` for the placeholder. */
function twinsOf(declared: Readonly<Record<string, number | null>>, requirements?: readonly Requirement[]) {
  const routes = parse(Object.keys(declared));
  const bindings = Object.values(declared).map((segment): readonly Binding[] =>
    segment === null ? [] : [{ segment, own: OWN.id }],
  );
  const twins = withTwins({ routes, bindings, ...(requirements !== undefined && { requirements }) });
  if (twins === null) throw new Error('no twins');
  const pathOf = (index: number) =>
    textOf(twins.table.routes[index] as RouteKey, [...twins.placeholders.values()]);
  const needed = (index: number) => twins.table.requirements?.[index];
  return {
    all: twins.table.routes.map((_, index) => pathOf(index)),
    granted: twins.granted.map((indexes) => indexes.map(pathOf)),
    declared: twins.declared,
    needed: twins.granted.map((indexes) => indexes.map(needed)),
    closed: twins.declared.flatMap((route, index) =>
      twins.granted[route]?.includes(index) === true ? [] : [[pathOf(index), needed(index)]],
    ),
  };
}

function textOf(route: RouteKey, placeholders: readonly string[]): string {
  if (route.kind !== 'path') return route.key;
  const texts = route.segments.map((segment) => {
    if (segment.kind === 'literal') return placeholders.includes(segment.text) ? 'own' : segment.text;
    return segment.kind === 'greedy' ? '{+}' : '{}';
  });
  return `/${texts.join('/')}`;
}

describe('the twins of a table', () => {
  it('have the placeholder in place of the bound parameter, and are what is granted of a bound route', () => {
    const { all, granted, declared } = twinsOf({ 'GET /orgs/{org}': 1, 'GET /health': null, $default: null });
    expect(all).to.deep.equal(['/orgs/{}', '/orgs/own', '/health', '$default']);
    expect(granted).to.deep.equal([['/orgs/own'], ['/health'], ['$default']]);
    expect(declared).to.deep.equal([0, 0, 1, 2]);
  });

  it('are there for each route through the place of a bound parameter, and granted with a route that is not bound', () => {
    const { granted } = twinsOf({ 'GET /orgs/{org}': 1, 'GET /orgs/{name}/logo': null });
    expect(granted[1]).to.deep.equal(['/orgs/{}/logo', '/orgs/own/logo']);
  });

  for (const [key, why] of [
    ['GET /users/{org}', 'below another literal'],
    ['GET /or/gs/{org}', 'below other literals that spell the same together'],
    ['GET /{any}/{org}', 'below a parameter'],
    ['GET /orgs/all/{org}', 'at another depth'],
    ['GET /orgs/{org+}', 'in a greedy parameter'],
    ['GET /orgs', 'that ends before it'],
  ] as const) {
    it(`are not there for a path ${why}`, () => {
      expect(twinsOf({ 'GET /orgs/{org}': 1, [key]: null }).granted[1]).to.have.lengthOf(1);
    });
  }

  it('need what their route needs, together; a bound route as declared is for nobody', () => {
    const declared = { 'GET /orgs/{org}': 1, 'GET /orgs/{name}/logo': null };
    const given = twinsOf(declared, ['orgs', 'logo']);
    expect(given.needed).to.deep.equal([['orgs'], ['logo', 'logo']]);
    expect(given.closed).to.deep.equal([['/orgs/{}', false]]);
    expect(twinsOf(declared, [true, false]).needed).to.deep.equal([[true], [false, false]]);
    const [[one], [other, same]] = twinsOf(declared).needed as [[Requirement], [Requirement, Requirement]];
    expect(one).to.be.a('string').and.not.equal(other);
    expect(other).to.be.a('string').and.equal(same);
  });
});
