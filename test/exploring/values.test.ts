import { expect } from 'chai';
import type { ExploredAnswer, ExploredVerdict } from '../../lib/exploring/exploration.ts';
import { cachedText, type MatrixCell, matrixCell, reasonOf } from '../../lib/exploring/matrix-texts.ts';
import { readPageRequest } from '../../lib/exploring/page-request.ts';
import { policyLinks } from '../../lib/exploring/policy-links.ts';
import { countsOf } from '../../lib/exploring/policy-texts.ts';
import { readClaims, readHeaders } from '../../lib/exploring/request-fields.ts';
import { routeList } from '../../lib/exploring/route-list.ts';
import { OptionError } from '../../lib/index.ts';

const ALLOW: ExploredVerdict = { kind: 'allow', unless: [] };
const DENY: ExploredVerdict = {
  kind: 'deny',
  code: 'insufficient_scope',
  status: 403,
  advice: 'Grant it.',
  rule: 'scopes',
  detail: 'missing a',
};
const POLICY: ExploredAnswer = {
  kind: 'policy',
  request: 0,
  document: { Version: '2012-10-17', Statement: [] },
  bytes: 9,
  documentBytes: 5,
  covers: 'some',
  cached: 'ai',
};
const SIMPLE: ExploredAnswer = { kind: 'simple', request: 0, allows: true, bytes: 9 };
const NONE: ExploredAnswer = { kind: 'none', reason: 'Nothing is cached.' };

describe('matrixCell', () => {
  const rows: readonly (readonly [ExploredAnswer, route: number, verdict: number, MatrixCell['cached']])[] = [
    [POLICY, 0, 0, null],
    [POLICY, 1, 0, 'denies'],
    [POLICY, 0, 1, 'allows'],
    [POLICY, 1, 1, null],
    [SIMPLE, 0, 1, 'allows'],
    [NONE, 0, 0, null],
  ];
  for (const [answer, route, verdict, cached] of rows) {
    it(`says what a cached ${answer.kind} does if it differs from ${verdict === 0 ? 'allow' : 'deny'}: ${cached}`, () => {
      const cell = matrixCell({ fresh: [verdict, verdict], answer }, route, [ALLOW, DENY]);
      expect(cell.cached).to.equal(cached);
      expect(cell).to.include(verdict === 0 ? { text: 'allow', kind: 'allow' } : { kind: 'deny-403' });
    });
  }
});

describe('the texts of the matrix', () => {
  it('name the rule, what is missing and what to do', () => {
    expect(reasonOf(DENY)).to.equal('Rule scopes. Missing a. Grant it.');
    expect(reasonOf({ ...DENY, rule: null, detail: null })).to.equal('Grant it.');
    expect(reasonOf({ kind: 'fault', code: 'rule_error', advice: 'Check it.', rule: 'claims' })).to.equal(
      'Rule claims. Check it.',
    );
    expect(reasonOf({ kind: 'fault', code: 'rule_error', advice: 'Check it.', rule: null })).to.equal(
      'Check it.',
    );
  });

  it('name the rules that could still refuse', () => {
    expect(reasonOf(ALLOW)).to.equal('All rules pass.');
    expect(reasonOf({ kind: 'allow', unless: ['custom.a'] })).to.match(
      /unless custom\.a refuses.*call it\.$/,
    );
    expect(reasonOf({ kind: 'allow', unless: ['country', 'custom.a'] })).to.match(
      /country or custom\.a.*call them\.$/,
    );
  });

  it('say what a cache does', () => {
    const nameOf = () => 'GET /a';
    const cell = (cached: MatrixCell['cached']): MatrixCell => ({ text: 'allow', kind: 'allow', cached });
    expect(cachedText(cell(null), POLICY, nameOf)).to.equal(
      'The same from the cache (the cached answer to GET /a).',
    );
    expect(cachedText(cell('denies'), POLICY, nameOf)).to.match(
      /^Under the token alone, .* GET \/a denies it\./,
    );
    expect(cachedText(cell(null), NONE, nameOf)).to.equal('Nothing is cached.');
  });
});

describe('routeList', () => {
  it('nests routes by the segments of their paths, and joins segments that lead to one place', () => {
    const keys = [
      'GET /users/{id}/orders',
      'POST /users/{id}/orders',
      'GET /users/{id}/orders/{o}',
      '$default',
      null,
      'GET /',
    ];
    expect(routeList(keys)).to.deep.equal([
      {
        label: '/users/{id}/orders',
        routes: [0, 1],
        children: [{ label: '/{o}', routes: [2], children: [] }],
      },
      { label: '$default', routes: [3], children: [] },
      { label: 'undeclared paths', routes: [4], children: [] },
      { label: '/', routes: [5], children: [] },
    ]);
  });

  it('keeps segments apart that branch', () => {
    expect(routeList(['GET /a/b', 'GET /a/c'])).to.deep.equal([
      {
        label: '/a',
        routes: [],
        children: [
          { label: '/b', routes: [0], children: [] },
          { label: '/c', routes: [1], children: [] },
        ],
      },
    ]);
  });
});

describe('policyLinks', () => {
  const arn = (rest: string) => `arn:aws:execute-api:eu-west-1:123456789012:abc/prod/${rest}`;
  const Action = 'execute-api:Invoke' as const;

  it('links resources and routes both ways, Denies first', () => {
    const document = {
      Version: '2012-10-17' as const,
      Statement: [
        { Action, Effect: 'Allow' as const, Resource: arn('GET/*') },
        { Action, Effect: 'Deny' as const, Resource: [arn('GET/b'), 'arn:aws:execute-api:*:*:*%2F*'] },
        { Action, Effect: 'Deny' as const, NotResource: [arn('GET/a')] },
      ],
    };
    const { patterns, ofRoute } = policyLinks(document, [arn('GET/a'), arn('GET/b'), arn('POST/a')]);
    expect(patterns.map(({ text, routes, isGuard }) => [text, routes, isGuard])).to.deep.equal([
      ['GET/*', [0, 1], false],
      ['GET/b', [1], false],
      ['…*%2F*', [], true],
      ['GET/a', [0], false],
    ]);
    expect(patterns.map(({ statement, isNegated }) => [statement, isNegated])).to.deep.equal([
      [0, false],
      [1, false],
      [1, false],
      [2, true],
    ]);
    expect(ofRoute).to.deep.equal([[3, 0], [1, 0], []]);
  });

  it('shows a pattern that is no ARN as it is', () => {
    const document = {
      Version: '2012-10-17' as const,
      Statement: [{ Action, Effect: 'Deny' as const, Resource: '*' }],
    };
    expect(policyLinks(document, [arn('GET/a')]).patterns[0]).to.include({ text: '…*', isGuard: false });
  });
});

describe('countsOf', () => {
  it('counts the states that occur', () => {
    expect(countsOf('aaid')).to.deep.equal([
      { letter: 'a', count: 2 },
      { letter: 'd', count: 1 },
      { letter: 'i', count: 1 },
    ]);
    expect(countsOf('a')).to.deep.equal([{ letter: 'a', count: 1 }]);
  });
});

describe('the fields of a request', () => {
  it('are read as claims and headers', () => {
    expect(readClaims('{"scope":"a"}')).to.deep.equal({ kind: 'value', value: { scope: 'a' } });
    expect(readHeaders(' a: b:c \n\nx-y:')).to.deep.equal({ kind: 'value', value: { a: 'b:c', 'x-y': '' } });
  });

  for (const text of ['', '[]', 'null', '1', '{']) {
    it(`refuse claims that are no object: ${text}`, () => {
      expect(readClaims(text)).to.include({ kind: 'problem' });
    });
  }

  it('refuse a header without a colon', () => {
    expect(readHeaders('a b')).to.deep.equal({
      kind: 'problem',
      text: 'The header line "a b" has no colon: write name: value.',
    });
  });
});

describe('readPageRequest', () => {
  const request = { claims: null, method: 'GET', path: '/', headers: { a: 'b' }, sourceIp: null };

  it('reads what the page sends', () => {
    expect(readPageRequest(JSON.stringify(request))).to.deep.equal(request);
    const other = { ...request, claims: { scope: 'a' }, sourceIp: '203.0.113.1' };
    expect(readPageRequest(JSON.stringify(other))).to.deep.equal(other);
  });

  const wrong: readonly (readonly [body: string, message: RegExp])[] = [
    ['', /^request: is not JSON/],
    ['[]', /^request/],
    [JSON.stringify({ ...request, more: 1 }), /more/],
    [JSON.stringify({ ...request, method: 1 }), /^request\.method: /],
    [JSON.stringify({ ...request, headers: { a: 1 } }), /^request\.headers\.a: /],
    [JSON.stringify({ ...request, sourceIp: 1 }), /^request\.sourceIp: /],
    [JSON.stringify({ ...request, claims: 'x' }), /^request\.claims: /],
  ];
  for (const [body, message] of wrong) {
    it(`refuses ${body === '' ? 'an empty body' : body}`, () => {
      expect(() => readPageRequest(body)).to.throw(OptionError, message);
    });
  }
});
