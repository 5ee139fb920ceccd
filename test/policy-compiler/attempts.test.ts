import { expect } from 'chai';
import { ATTEMPTS, type Attempt, firstDocument } from '../../lib/policy-compiler/attempts.ts';
import { type CompiledTable, tableSource } from '../../lib/policy-compiler/table.ts';
import { ARN, explain } from './support/documents.ts';
import { parse } from './support/tables.ts';

const WHOLE: Attempt = { steps: 100_000, others: Number.POSITIVE_INFINITY };
/** Runs out of steps whatever it is for. */
const TOO_FEW: Attempt = { steps: 1, others: Number.POSITIVE_INFINITY };
const part = (others: number): Attempt => ({ steps: 100_000, others });

describe('the attempts at a document', () => {
  const routes = parse(Array.from({ length: 8 }, (_, index) => `GET /r${index}`));
  const table = tableSource(routes)('rest') as CompiledTable;
  /** All but the first route are granted. */
  const granted = {
    routes: routes.map((_, index) => index > 0),
    undeclared: 'deny' as const,
    mayUseUndeclared: false,
    leftOut: new Set<number>(),
  };
  const first = (
    attempts: readonly Attempt[],
    asked: readonly number[] = [],
    lately: readonly number[] = [],
  ) => firstDocument({ table, granted, asked: new Set(asked), lately, arn: ARN, maxBytes: 7168 }, attempts);

  it('become smaller and smaller, down to the routes that were asked for', () => {
    const [whole, ...parts] = ATTEMPTS as [Attempt, ...Attempt[]];
    expect(whole.others).to.equal(Number.POSITIVE_INFINITY);
    expect(parts.at(-1)?.others).to.equal(0);
    for (const [index, { steps, others }] of parts.entries()) {
      const before = ATTEMPTS[index] as Attempt;
      expect(steps).to.be.within(1, before.steps);
      expect(others).to.be.below(before.others);
    }
  });

  it('end with the first that has a document', () => {
    const { found, left } = first([WHOLE, part(2)]);
    expect(found?.leftOut).to.deep.equal([]);
    expect(left).to.deep.equal([WHOLE, part(2)]);
  });

  it('are not repeated if they ran out of steps, except the last one', () => {
    const { found, left } = first([TOO_FEW, part(7), part(2)]);
    expect(found?.leftOut).to.deep.equal([]);
    expect(left).to.deep.equal([part(7), part(2)]);
    const last = { ...TOO_FEW, others: 0 };
    expect(first([TOO_FEW, TOO_FEW, last])).to.deep.equal({ found: null, left: [last] });
  });

  const parts: readonly (readonly [
    others: number,
    asked: readonly number[],
    lately: readonly number[],
    kept: readonly number[],
  ])[] = [
    [0, [], [], []],
    [0, [5], [6], [5]],
    [2, [], [], [1, 2]],
    [2, [1], [], [1, 2, 3]],
    [2, [5], [7, 5, 6, 4], [5, 6, 7]],
    [2, [5], [0, 7], [1, 5, 7]],
    [7, [], [], [1, 2, 3, 4, 5, 6, 7]],
  ];
  for (const [others, asked, lately, kept] of parts) {
    const wanted = `[${asked}], lately for [${lately}], with ${others} others`;
    it(`at a part cover [${kept}] if a request is for ${wanted}`, () => {
      const { found } = first([part(others)], asked, lately);
      const left = [1, 2, 3, 4, 5, 6, 7].filter((route) => !kept.includes(route));
      expect(found?.leftOut).to.have.members(left);
      expect(found?.document.Statement[0]?.Effect).to.equal(kept.length === 0 ? 'Deny' : 'Allow');
    });
  }

  it('leave out one route rather than two', () => {
    const { leftOut } = explain({
      'GET /repos/{id}': true,
      'GET /repos/{id}/labels': false,
      'GET /repos/{id}/issues/{number}/labels': true,
      'GET /repos/{id}/pulls/{number}/labels': true,
    });
    expect(leftOut).to.deep.equal([0]);
  });
});
