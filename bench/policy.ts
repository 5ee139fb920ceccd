/**
 * node bench/policy.ts > bench/policy.md
 *
 * How often a compiled policy is exact and fits, on the routes of public APIs; how large it is; and what compiling
 * costs, up to 10,000 routes. Needs the npm registry, for the client libraries that the routes are read from.
 */

import type { ExecuteApiArn } from '../lib/iam/arn.ts';
import { parseExecuteApiArn } from '../lib/iam/arn.ts';
import { type CompileRequest, createPolicyCompiler } from '../lib/policy-compiler/compiler.ts';
import { parseRouteKey, type RouteKey } from '../lib/routes/route-key.ts';
import { callersOf, SCOPE_MODELS } from './policy/callers.ts';
import { fetchRealTables, type RealTable } from './policy/real-tables.ts';

const ARN = parseExecuteApiArn(
  'arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/GET/',
) as ExecuteApiArn;

const REQUEST: CompileRequest = { routing: 'http', asked: [] };

interface Outcome {
  readonly conflicts: number;
  readonly callers: number;
  readonly exact: number;
  readonly implicit: number;
  readonly tooLarge: number;
  readonly largest: number;
}

function measure({ routes }: RealTable, requirementOf: (key: string) => string | boolean): Outcome {
  const requirements = routes.map((route) => requirementOf(route.key));
  const compiler = createPolicyCompiler({ routes, requirements, undeclared: 'absent', maxBytes: 6912 });
  const { conflicts } = compiler.analysis;
  const callers = callersOf(requirements);
  const outcomes = callers.map((scopes) =>
    compiler.compile(
      { routes: requirements.map((one) => one === true || scopes.has(one)), undeclared: true },
      ARN,
      REQUEST,
    ),
  );
  const exact = outcomes.filter((one) => one.kind === 'exact');
  return {
    conflicts: conflicts.length,
    callers: callers.length,
    exact: exact.length,
    implicit: outcomes.filter(({ kind }) => kind === 'partial').length,
    tooLarge: outcomes.filter((one) => one.kind === 'partial' && one.obstacle === null).length,
    largest: Math.max(0, ...exact.map((one) => (one.kind === 'none' ? 0 : one.bytes))),
  };
}

function printExactness(tables: readonly RealTable[]): void {
  const summary: string[] = [];
  for (const [model, requirementOf] of Object.entries(SCOPE_MODELS)) {
    console.log(`\n## Scopes ${model}\n`);
    console.log('| table | routes | conflicts | callers exact | partial | too large | largest, bytes |');
    console.log('| --- | --- | --- | --- | --- | --- | --- |');
    const outcomes = tables.map((table) => measure(table, requirementOf));
    for (const [index, one] of outcomes.entries()) {
      const { name, routes } = tables[index] as RealTable;
      const cells = [
        name,
        routes.length,
        one.conflicts,
        `${one.exact} of ${one.callers}`,
        one.implicit,
        one.tooLarge,
      ];
      console.log(`| ${[...cells, one.largest].join(' | ')} |`);
    }
    summary.push(`| ${[model, ...sharesOf(outcomes)].join(' | ')} |`);
  }
  console.log('\n## Summary\n');
  console.log('| scopes | tables without conflict | tables exact for all callers | callers exact |');
  console.log('| --- | ---: | ---: | ---: |');
  console.log(summary.join('\n'));
}

/** Tables without conflict, tables exact for all callers asked about, and callers with an exact policy that fits. */
function sharesOf(outcomes: readonly Outcome[]): readonly string[] {
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  const sum = (pick: (one: Outcome) => number) => outcomes.reduce((total, one) => total + pick(one), 0);
  const free = outcomes.filter(({ conflicts }) => conflicts === 0).length;
  const full = outcomes.filter(({ exact, callers }) => exact === callers).length;
  const exact = share(
    sum((one) => one.exact),
    sum((one) => one.callers),
  );
  return [share(free, outcomes.length), share(full, outcomes.length), exact];
}

/** Nested collections under a few areas, as REST APIs have them. */
function growingTable(size: number): readonly RouteKey[] {
  const keys: string[] = [];
  for (let area = 0; keys.length < size; area++) {
    for (const path of ['', '/{id}', '/{id}/items', '/{id}/items/{item}', '/{id}/events']) {
      for (const verb of ['GET', 'POST', 'PUT', 'DELETE']) keys.push(`${verb} /area-${area}${path}`);
    }
  }
  return keys.slice(0, size).map((key) => parseRouteKey(key, 'routes'));
}

function timed<Result>(work: () => Result): [milliseconds: number, result: Result] {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
}

function printGrowth(): void {
  console.log('\n## Growth\n');
  console.log(
    '| routes | create and analyse, ms | compile a reader, ms | compile a third, ms | known grant, µs |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const size of [10, 100, 300, 300, 1000, 3000, 10_000]) {
    const routes = growingTable(size);
    const requirements = routes.map(({ key }) => key.replace(/^(GET)?\w*? ?\/(area-\d+).*/, '$1:$2'));
    const [create, compiler] = timed(() => createPolicyCompiler({ routes, requirements }));
    const reader = { routes: requirements.map((one) => one.startsWith('GET')), undeclared: true };
    const third = { routes: requirements.map((one) => one.length % 3 === 0), undeclared: true };
    const [compileReader] = timed(() => compiler.compile(reader, ARN, REQUEST));
    const [compileThird] = timed(() => compiler.compile(third, ARN, REQUEST));
    const [known] = timed(() => {
      for (let count = 0; count < 100_000; count++) compiler.compile(reader, ARN, REQUEST);
    });
    const cells = [create, compileReader, compileThird].map((value) => value.toFixed(1));
    console.log(`| ${size} | ${cells.join(' | ')} | ${(known / 100).toFixed(2)} |`);
  }
}

const tables = fetchRealTables();
console.log(`# Policies on ${tables.length} real tables of routes\n`);
console.log('Written by `node bench/policy.ts > bench/policy.md`.');
printExactness(tables);
printGrowth();
