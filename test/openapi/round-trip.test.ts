import { expect } from 'chai';
import fc from 'fast-check';
import type { RouteRules, RoutesOptions } from '../../lib/index.ts';
import { alternativesOf, factored } from '../../lib/openapi/alternatives.ts';
import { withEdits } from '../../lib/openapi/edits.ts';
import { newDocument } from '../../lib/openapi/new-document.ts';
import { readOpenApi } from '../../lib/openapi/read-openapi.ts';
import { writeOpenApi } from '../../lib/openapi/write-openapi.ts';
import { OpenApiError, routesFromOpenApi } from '../../lib/openapi.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import { createRouteTable } from '../../lib/routes/route-table.ts';
import { runs } from '../support/property-runs.ts';
import { damagedDocuments, documents, names, paths } from './support/documents.ts';

/** Required names in the form that a document gives back. */
const required = fc.oneof(
  names(1),
  fc
    .tuple(names(2), names(0))
    .map(([any, all]) => ({ any, all: all.filter((one) => !any.includes(one)) }))
    .map(({ any, all }) => (all.length === 0 ? { any } : { all, any })),
);

const rules: fc.Arbitrary<RouteRules> = fc.oneof(
  fc.constant({ token: 'optional' } as const),
  fc
    .record({ scopes: required, permissions: required }, { requiredKeys: [] })
    .map((record): RouteRules => ({ ...record })),
);

const method = fc.constantFrom('GET', 'POST', 'PATCH', 'HEAD', 'ANY', 'OPTIONS');
const key = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(method, paths).map((pair) => pair.join(' ')) },
  { weight: 1, arbitrary: fc.constant('$default') },
);

const routes: fc.Arbitrary<RoutesOptions> = fc
  .array(fc.tuple(key, rules), { minLength: 1, maxLength: 8 })
  .map((entries) => Object.fromEntries(entries))
  .filter(isTable);

function isTable(table: RoutesOptions): boolean {
  try {
    createRouteTable(Object.keys(table).map((each) => parseRouteKey(each, '')));
    return true;
  } catch {
    return false;
  }
}

const TERMS = {
  gateway: 'http-api-2.0',
  function: 'AuthorizerFunction',
  issuer: 'https://tenant.eu.auth0.com/',
  basePath: null,
} as const;

function written(document: object, table: RoutesOptions) {
  const own = document as Readonly<Record<string, unknown>>;
  const { edits, problems } = writeOpenApi(own, { ...TERMS, options: { routes: table } });
  expect(problems).to.deep.equal([]);
  return withEdits(own, edits);
}

describe('options and documents', () => {
  it('are the same after options have become a document, and this has become options', () => {
    const property = fc.property(routes, (table) => {
      const found = routesFromOpenApi(written(newDocument(table), table));
      expect(found).to.deep.equal(table);
    });
    fc.assert(property, { numRuns: runs(40, 400) });
  });

  it('are the same after a document has become options, and these have been written into it', () => {
    let expressed = 0;
    const property = fc.property(documents, (source) => {
      const { problems } = readOpenApi(source);
      if (problems.length > 0) return;
      expressed += 1;
      const table = routesFromOpenApi(source);
      const once = written(source, table);
      expect(routesFromOpenApi(once)).to.deep.equal(table);
      expect(written(once, table)).to.deep.equal(once);
    });
    fc.assert(property, { numRuns: runs(40, 400) });
    expect(expressed).to.be.at.least(runs(40, 400) / 10);
  });

  it('are read or refused, whatever a member of a document is replaced with', () => {
    const property = fc.property(damagedDocuments, (changed) => {
      try {
        const { problems, routes: found } = readOpenApi(changed);
        expect(problems.length > 0 || found.every(({ access }) => access !== null)).to.equal(true);
      } catch (error) {
        expect(error).to.be.instanceOf(OpenApiError);
      }
    });
    fc.assert(property, { numRuns: runs(500, 10_000) });
  });

  it('agree on who may call: a rule passes whom one of the alternatives passes', () => {
    const sets = fc.array(
      names(0).map((list) => new Set(list)),
      { minLength: 1, maxLength: 4 },
    );
    const property = fc.property(sets, names(0), (alternatives, held) => {
      const rule = factored(alternatives);
      if (rule === null) return;
      const { all, any } = rule;
      const passes =
        all.every((one) => held.includes(one)) && (any.length === 0 || any.some((one) => held.includes(one)));
      expect(passes).to.equal(alternatives.some((set) => [...set].every((one) => held.includes(one))));
      expect(factored(alternativesOf(rule).map((list) => new Set(list)))).to.deep.equal(rule);
    });
    fc.assert(property, { numRuns: runs(1000, 20_000) });
  });
});
