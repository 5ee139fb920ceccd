import { expect } from 'chai';
import { grantOf, STATUS } from '../../lib/policy-compiler/grant.ts';
import type { Label } from '../../lib/policy-compiler/labels.ts';
import { landingOf } from '../../lib/policy-compiler/landing-of.ts';
import type { VerbGroup } from '../../lib/policy-compiler/route-automaton.ts';
import { type CompiledTable, tableSource } from '../../lib/policy-compiler/table.ts';
import { arnOf } from './support/arns.ts';
import { parse } from './support/tables.ts';

describe('the landing of a path', () => {
  const routes = parse(['GET /a', 'GET /b/{id}', 'GET /b/{id}/']);
  const table = tableSource(routes)('rest') as CompiledTable;
  const routesOf = (tail: string) => landingOf(table, arnOf(tail))?.routes;

  it('has the routes of the path, with its final slash and without', () => {
    expect(routesOf('GET/a')).to.deep.equal([0]);
    expect(routesOf('GET/a/')).to.deep.equal([0]);
    expect(routesOf('GET/b/7')).to.deep.equal([1]);
    expect(routesOf('GET/b/7/')).to.include(2);
    expect(routesOf('GET/c')).to.deep.equal([]);
  });

  it('does not exist for methods that no route key can name', () => {
    expect(landingOf(table, arnOf('TRACE/a'))).to.equal(null);
  });
});

describe('a table of routes', () => {
  const budget = { take: () => undefined };
  const routes = parse(['GET /a/{x}/', 'GET /a/{x}/b', 'POST /{p}/{rest+}']);

  it('is prepared once for each way of routing, and its globs once each', () => {
    const tableFor = tableSource(routes);
    const table = tableFor('http') as CompiledTable;
    expect(tableFor('http')).to.equal(table);
    expect(tableFor('rest')).not.to.equal(table);
    expect(table.longerOf(1)).to.equal(table.longerOf(1));
    const [group] = table.groups as [VerbGroup];
    // `GET /a/1`, which may become `GET /a/1/`.
    const label = [...group.labels].find(
      (one) => table.landings[one]?.undeclared && table.routesOf(one)[0] === 0,
    );
    expect(table.shapeOf(label as Label, 0)).to.have.lengthOf(2);
    expect(table.shapeOf(label as Label, 0)).to.equal(table.shapeOf(label as Label, 0));
    const [opened] = table.hits(group, 1, budget);
    const openers = () => table.openersOf(group, opened as Label, budget);
    expect(openers()).to.include(1);
    expect(openers()).to.equal(openers());
  });

  it('has no openers for a label that no route opens', () => {
    const table = tableSource(routes)('http') as CompiledTable;
    for (const group of table.groups) {
      const opened = new Set(group.routes.flatMap((route) => table.hits(group, route, budget)));
      for (const label of group.labels) {
        const openers = table.openersOf(group, label, budget);
        expect(openers.length > 0).to.equal(opened.has(label));
      }
    }
  });
});

describe('the status of a label', () => {
  const landing = (routes: readonly number[], more = {}) => ({
    routes,
    undeclared: false,
    spelled: false,
    ...more,
  });
  const landings = [
    landing([0]),
    landing([0, 1]),
    landing([2]),
    landing([0, 3]),
    landing([0], { spelled: true }),
    landing([], { undeclared: true }),
  ];
  const statuses = (undeclared: 'deny' | 'absent' | 'rules', mayUseUndeclared: boolean) => {
    const grant = grantOf(landings, {
      routes: [1, 1, 0, 1],
      undeclared,
      mayUseUndeclared,
      leftOut: new Set([1]),
    });
    return landings.map((_, label) => grant(label as Label));
  };
  const { closed, free, kept, reserved } = STATUS;

  it('is free as soon as one of its routes is left out, and closed as soon as one is not granted', () => {
    expect(statuses('deny', true)).to.deep.equal([kept, free, closed, kept, reserved, closed]);
  });

  it('of undeclared paths follows the rules for them', () => {
    expect(statuses('absent', true).at(-1)).to.equal(free);
    expect(statuses('rules', false).at(-1)).to.equal(closed);
    expect(statuses('rules', true).at(-1)).to.equal(STATUS.undeclared);
  });
});
