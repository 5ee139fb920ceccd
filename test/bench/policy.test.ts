import { expect } from 'chai';
import { randomFrom } from '../../bench/fleet/random.ts';
import type { Undeclared } from '../../bench/policy/authorizers.ts';
import { ALL_CALLERS, callersOf, SCOPE_MODELS } from '../../bench/policy/callers.ts';
import { compileTimes } from '../../bench/policy/compile-times.ts';
import { evaluatorOf } from '../../bench/policy/iam.ts';
import { measure } from '../../bench/policy/measure.ts';
import { realTables } from '../../bench/policy/real-tables.ts';
import { policyReport } from '../../bench/policy/report.ts';
import { requestPool } from '../../bench/policy/requests.ts';
import { type Row, rowsOf } from '../../bench/policy/rows.ts';
import { replay, sessionOf } from '../../bench/policy/sessions.ts';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import type { PolicyDocument } from '../../lib/iam/policy-document.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';

const PREFIX = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/';

function documentOf(allow: readonly string[], deny: readonly string[]): PolicyDocument {
  const statement = (Effect: 'Allow' | 'Deny', tails: readonly string[]) =>
    ({ Action: 'execute-api:Invoke', Effect, Resource: tails.map((tail) => PREFIX + tail) }) as const;
  const statements = [statement('Allow', allow), statement('Deny', deny)];
  return { Version: '2012-10-17', Statement: statements.filter(({ Resource }) => Resource.length > 0) };
}

describe('the bench of policies', function () {
  this.timeout(300_000);
  const tables = realTables();
  const smallest = tables.find(({ keys }) => keys.length < 10);
  let rows: readonly Row[];

  before(async () => {
    if (smallest === undefined) throw new Error('no small table');
    const jobs = (['REST', 'HTTP'] as const).map((api) => ({ table: smallest, api, callers: 5, seed: 1 }));
    const outcomes = [];
    for (const job of jobs) outcomes.push(...(await measure(job)));
    rows = rowsOf(outcomes);
  });

  it('has 27 tables of routes that this package accepts, each route once', () => {
    expect(tables).to.have.lengthOf(27);
    for (const { name, keys } of tables) {
      expect(new Set(keys).size, name).to.equal(keys.length);
      for (const key of keys) parseRouteKey(key, name);
    }
  });

  it('gives the same callers on each run, few of them as the first of many', () => {
    const requirements = ['a', 'b', 'c', true];
    const all = callersOf(requirements, ALL_CALLERS);
    expect(all).to.have.lengthOf(ALL_CALLERS);
    expect(callersOf(requirements, 5)).to.deep.equal(all.slice(0, 5));
  });

  it('has a row for each policy, kind of API and model', () => {
    const policies = ['absent', 'deny', 'rules', 'methodArn', 'wildcard'];
    const wanted = policies.flatMap((policy) =>
      ['REST', 'HTTP'].flatMap((api) =>
        Object.keys(SCOPE_MODELS).map((model) => `${policy} ${api} ${model}`),
      ),
    );
    expect(rows.map(({ policy, api, model }) => `${policy} ${api} ${model}`)).to.deep.equal(wanted);
  });

  it('finds no wrong allow, except with a wildcard for the stage', () => {
    const wrong = rows.filter(({ felt }) => felt.wrong > 0);
    expect(new Set(wrong.map(({ policy }) => policy))).to.deep.equal(new Set(['wildcard']));
    for (const { felt } of rows) expect(felt.replays).to.be.above(200);
  });

  it('finds that most callers of a small API have an exact policy if undeclared paths are absent', () => {
    const shares = (policy: string) => rows.filter((row) => row.policy === policy);
    for (const row of shares('absent')) {
      expect(row.exact).to.be.at.least(0.8).and.equal(row.exactOnSmall);
      expect(row.exact + row.partial + row.request).to.be.closeTo(1, 1e-9);
      expect(row.refused).to.be.below(0.05);
      expect(row.bytes.median).to.be.above(1000).and.at.most(row.bytes.largest);
      expect(row.bytes.largest).to.be.below(8192);
    }
    const mean = (policy: string) => shares(policy).reduce((total, { exact }) => total + exact, 0);
    expect(mean('deny')).to.be.below(mean('absent'));
  });

  it('finds that a policy for methodArn alone refuses most requests, and a wildcard for the stage none', () => {
    for (const { policy, refused } of rows) {
      if (policy === 'methodArn') expect(refused).to.be.above(0.5);
      if (policy === 'wildcard') expect(refused).to.equal(0);
    }
  });

  it('measures the same twice', async () => {
    if (smallest === undefined) throw new Error('no small table');
    const job = { table: smallest, api: 'REST', callers: 2, seed: 7 } as const;
    expect(await measure(job)).to.deep.equal(await measure(job));
  });

  it('times the first policy in a process, and reports all of it', () => {
    const times = compileTimes(tables, [10], 1);
    expect(times.map(({ size, undeclared, cases }) => [size, undeclared, cases])).to.deep.equal([
      [10, 'absent', 1],
      [10, 'deny', 1],
    ]);
    for (const { startUp, firstPolicy } of times) {
      expect(startUp.median).to.be.above(0).and.at.most(startUp.worst);
      expect(firstPolicy.median).to.be.above(0).and.at.most(firstPolicy.worst);
    }
    const markdown = policyReport({ tables: 1, routes: 9, callers: 5, rows, times });
    for (const undeclared of ['absent', 'deny', 'rules']) {
      expect(markdown).to.include(`## undeclared: '${undeclared}', REST APIs`);
    }
    expect(markdown).to.include('| wildcard for the stage, HTTP | 0.0 % |');
    expect(markdown).to.match(/^\| 10 \| `'absent'` \| \d+\.\d \|/m);
  });
});

describe("the bench's model of sessions", () => {
  const keys = ['GET /users/{id}', 'GET /users/{id}/orders', 'GET /users/me', 'ANY /files/{proxy+}'];

  it('routes requests as each kind of API does', () => {
    const pool = requestPool(keys, 'REST', randomFrom(3));
    const routeOf = (verb: string, path: RegExp) =>
      [...pool.ordinary, ...pool.odd].find((one) => one.verb === verb && path.test(one.path))?.routes;
    expect(pool.ordinary.slice(0, 4).map(({ routes }) => routes)).to.deep.equal([[0], [0], [1], [1]]);
    expect(routeOf('GET', /^\/users\/me\/$/)).to.deep.equal([2]);
    const http = requestPool(keys, 'HTTP', randomFrom(3));
    expect(http.odd.find(({ path }) => path === '/users/me/')?.routes).to.deep.equal([null]);
  });

  it('draws own requests from the routes of the caller, and probes from all', () => {
    const pool = requestPool(keys, 'HTTP', randomFrom(3));
    const caller = { token: '', granted: [true, false, false, false] };
    const { first, own, probes } = sessionOf(caller, pool, randomFrom(4));
    expect(own).to.have.lengthOf(50).and.include(first);
    expect(own.every(({ routes }) => routes.length === 1 && routes[0] === 0)).to.equal(true);
    expect(new Set(probes.flatMap(({ routes }) => routes))).to.include.members([0, 1, 2, 3, null]);
    const nobody = sessionOf({ token: '', granted: [false, false, false, false] }, pool, randomFrom(4));
    expect(nobody.own).to.deep.equal([]);
  });

  it('counts a wrong denial and a wrong allow', () => {
    const request = (path: string, ...routes: (number | null)[]) => ({ verb: 'GET', path, routes });
    const [own, other, none] = [request('/users/7', 0), request('/users/7/orders', 1), request('/x', null)];
    const session = { first: own, own: [own], spelled: [], probes: [other, none] };
    const caller = { token: '', granted: [true, false, false, false] };
    const counts = (tail: string, undeclared: Undeclared) => {
      const { refused, replays, wrong } = replay(session, documentOf([tail], []), caller, undeclared);
      return [refused, replays, wrong];
    };
    expect(counts('GET/users/7', 'absent')).to.deep.equal([0, 2, 0]);
    expect(counts('GET/users/7', 'deny')).to.deep.equal([0, 3, 0]);
    expect(counts('GET/orders', 'deny')).to.deep.equal([1, 3, 0]);
    expect(counts('*', 'absent')).to.deep.equal([0, 2, 1]);
    expect(counts('*', 'deny')).to.deep.equal([0, 3, 2]);
    expect(counts('*', 'rules')).to.deep.equal([0, 3, 1]);
  });
});

describe("the bench's evaluation of policies", () => {
  it('agrees with evaluatePolicy', () => {
    const allow = ['GET/users/?*', 'POST/a.b/*/c', 'GET/x${*}y', 'GET/(a|b)+', 'PUT/*'];
    const document = documentOf(allow, ['GET/users/*/?*', '*//*']);
    const anywhere = { ...documentOf([], []), Statement: documentOf(['*'], []).Statement };
    const rests = ['GET/users/', 'GET/users/7', 'GET/users/7/x', 'POST/a.b/1/2/c', 'POST/axb/1/c', 'GET/x*y'];
    const more = ['GET/xzy', 'GET/(a|b)+', 'GET/a', 'PUT/a//b', 'PUT/', 'GET/users/\n'];
    for (const policy of [document, anywhere, documentOf([], ['*'])]) {
      for (const rest of [...rests, ...more]) {
        const verdict = evaluatePolicy(policy, { resource: PREFIX + rest }) === 'allow';
        expect(evaluatorOf(policy, PREFIX)(rest), rest).to.equal(verdict);
      }
    }
  });

  it('takes patterns with wildcards before the stage', () => {
    const text = 'arn:aws:execute-api:*:*:a1b2c3d4e5/prod/GET/a';
    const policy: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: text }],
    };
    expect(['GET/a', 'GET/b'].map(evaluatorOf(policy, PREFIX))).to.deep.equal([true, false]);
  });
});
