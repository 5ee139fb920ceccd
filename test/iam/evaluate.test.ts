import { expect } from 'chai';
import fc from 'fast-check';
import { OptionError } from '../../lib/decision/errors.ts';
import { type EvaluablePolicy, type EvaluableStatement, evaluatePolicy } from '../../lib/iam/evaluate.ts';

const API = 'arn:aws:execute-api:eu-west-1:123456789012:abc';

function statement(effect: string, resource: string | string[], more: object = {}): EvaluableStatement {
  return { Action: 'execute-api:Invoke', Effect: effect, Resource: resource, ...more };
}

function policy(...statements: EvaluableStatement[]): EvaluablePolicy {
  return { Version: '2012-10-17', Statement: statements };
}

function verdict(document: EvaluablePolicy, path: string, more: object = {}) {
  return evaluatePolicy(document, { resource: `${API}/${path}`, ...more });
}

/** Whether `pattern` matches, by a regular expression: another way to the same answer. */
function byRegExp(pattern: string, text: string): boolean {
  const source = [...pattern].map((c) =>
    c === '*' ? '.*' : c === '?' ? '.' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new RegExp(`^${source.join('')}$`, 's').test(text);
}

describe('evaluatePolicy', () => {
  it('allows only what an Allow matches', () => {
    const document = policy(statement('Allow', `${API}/prod/GET/users`, { Sid: 'Users' }));
    expect(verdict(document, 'prod/GET/users')).to.equal('allow');
    expect(verdict(document, 'prod/GET/users/')).to.equal('implicit-deny');
    expect(verdict(document, 'prod/POST/users')).to.equal('implicit-deny');
  });

  it('denies what a Deny matches, in any order of the statements', () => {
    const allow = statement('Allow', `${API}/prod/*`);
    const deny = statement('Deny', `${API}/prod/DELETE/*`);
    for (const document of [policy(allow, deny), policy(deny, allow)]) {
      expect(verdict(document, 'prod/DELETE/users')).to.equal('explicit-deny');
      expect(verdict(document, 'prod/GET/users')).to.equal('allow');
    }
  });

  it('matches a star with slashes, colons and the empty text', () => {
    const document = policy(statement('Allow', `${API}/prod/GET/users/*`));
    for (const rest of ['', '1', '1/secrets', 'a:b/c']) {
      expect(verdict(document, `prod/GET/users/${rest}`)).to.equal('allow');
    }
    expect(verdict(document, 'prod/GET/users')).to.equal('implicit-deny');
    const inner = policy(statement('Allow', `${API}/prod/*/business/op`));
    expect(verdict(inner, 'prod/GET/anything/business/op')).to.equal('allow');
  });

  it('matches a question mark with exactly one character', () => {
    const document = policy(statement('Allow', `${API}/prod/GET/v?`));
    expect(verdict(document, 'prod/GET/v1')).to.equal('allow');
    expect(verdict(document, 'prod/GET/v')).to.equal('implicit-deny');
    expect(verdict(document, 'prod/GET/v12')).to.equal('implicit-deny');
  });

  it('matches the whole text, case-sensitive in resources and not in actions', () => {
    const document = policy(statement('Allow', 'GET/x', { Action: 'EXECUTE-API:invoke' }));
    expect(evaluatePolicy(document, { resource: 'GET/x' })).to.equal('allow');
    expect(evaluatePolicy(document, { resource: 'GET/X' })).to.equal('implicit-deny');
    expect(evaluatePolicy(document, { resource: 'aGET/x' })).to.equal('implicit-deny');
  });

  it('reads ${*}, ${?} and ${$} as the characters themselves', () => {
    const document = policy(statement('Allow', `${API}/prod/GET/\${*}/\${?}/\${$}{x}`));
    expect(verdict(document, 'prod/GET/*/?/${x}')).to.equal('allow');
    expect(verdict(document, 'prod/GET/a/?/${x}')).to.equal('implicit-deny');
    expect(verdict(document, 'prod/GET/*/b/${x}')).to.equal('implicit-deny');
  });

  /** Forms of variables on AWS's page about them, and texts that begin as one. */
  const VARIABLES = [
    '${aws:username}',
    '${aws:userid}',
    '${aws:SourceIp}',
    '${aws:CurrentTime}',
    '${aws:PrincipalTag/team}',
    "${aws:PrincipalTag/team, 'company-wide'}",
    '${aws:ResourceTag/team}',
    '${s3:prefix}',
    '${saml:sub}',
    '${graph.facebook.com:id}',
    '${cognito-identity.amazonaws.com:sub}',
    '${a}',
    '${}',
    '${ * }',
    '${**}',
    '${*',
    '${',
  ];
  for (const variable of VARIABLES) {
    it(`throws for the variable ${variable}, wherever it is, and reads it as text in Version 2008-10-17`, () => {
      const pattern = `${API}/a/${variable}`;
      const other = `${API}/other`;
      const refused = (more: Partial<EvaluableStatement>, option: string) => {
        const document = policy(statement('Allow', other), {
          Effect: 'Deny',
          Action: '*',
          Resource: other,
          ...more,
        });
        expect(() => verdict(document, 'a/x', { sourceIp: '192.0.2.1' }), JSON.stringify(more))
          .to.throw(OptionError)
          .with.property('option', `policy.Statement[1].${option}`);
        return () => verdict(document, 'a/x');
      };
      expect(refused({ Resource: pattern }, 'Resource')).to.throw(
        `has '${variable}', a policy variable that cannot be evaluated here: write its value`,
      );
      refused({ Resource: [other, `${API}/*`, pattern] }, 'Resource');
      refused({ Resource: undefined, NotResource: pattern }, 'Resource');
      refused({ Action: `execute-api:${variable}` }, 'Action');
      refused({ Action: undefined, NotAction: ['*', `execute-api:${variable}`] }, 'Action');
      const on = (operator: string, key: string) => {
        const Condition = { [operator]: { [key]: variable } };
        refused({ Resource: '*', Condition }, `Condition.${operator}.${key}`);
      };
      on('IpAddress', 'aws:SourceIp');
      on('DateLessThan', 'aws:CurrentTime');
      on('StringEquals', 'aws:username');
      const old = { Version: '2008-10-17', Statement: statement('Allow', pattern) };
      expect(verdict(old, `a/${variable}`)).to.equal('allow');
      expect(verdict(old, 'a/x')).to.equal('implicit-deny');
    });
  }

  it('has no escapes in actions', () => {
    for (const escaped of ['${*}', '${?}', '${$}']) {
      const document = policy(statement('Allow', '*', { Action: `execute-api:${escaped}` }));
      expect(() => verdict(document, 'a')).to.throw(
        /^policy\.Statement\[0\]\.Action: has .*no variables in actions/,
      );
    }
  });

  it('checks each statement, also behind one that denies', () => {
    const deny = statement('Deny', '*');
    const wrong: EvaluableStatement[] = [
      statement('Grant', '*'),
      statement('Allow', '*', { Principal: '*' }),
      statement('Allow', '${aws:username}'),
      statement('Allow', []),
      statement('Allow', '*', { Action: [] }),
      { Effect: 'Allow', Action: 'execute-api:Invoke' },
    ];
    for (const one of wrong) {
      expect(() => verdict(policy(deny, one), 'a'), JSON.stringify(one)).to.throw(
        OptionError,
        /^policy\.Statement\[1\]/,
      );
    }
  });

  it('reads no variables without Version 2012-10-17', () => {
    const document = { Statement: statement('Allow', `${API}/\${*}`) };
    expect(verdict(document, '${abc}')).to.equal('allow');
    expect(verdict(document, '*')).to.equal('implicit-deny');
  });

  it('reads ${*} in an action as text without Version 2012-10-17', () => {
    const document = { Statement: statement('Allow', '*', { Action: 's3:${*}' }) };
    expect(verdict(document, 'a', { action: 's3:${*}' })).to.equal('allow');
    expect(verdict(document, 'a', { action: 's3:*' })).to.equal('implicit-deny');
  });

  it('accepts lists of actions and resources, and matches actions as globs', () => {
    const document = policy(
      statement('Allow', [`${API}/a`, `${API}/b`], { Action: ['s3:*', 'execute-api:*'] }),
    );
    expect(verdict(document, 'b')).to.equal('allow');
    expect(verdict(document, 'b', { action: 's3:GetObject' })).to.equal('allow');
    expect(verdict(document, 'b', { action: 'sqs:SendMessage' })).to.equal('implicit-deny');
  });

  it('matches what NotResource and NotAction do not list', () => {
    const document = policy(
      statement('Allow', '*'),
      { Effect: 'Deny', Action: '*', NotResource: [`${API}/a`, `${API}/b`] },
      { Effect: 'Deny', NotAction: 'execute-api:*', Resource: '*' },
    );
    expect(verdict(document, 'a')).to.equal('allow');
    expect(verdict(document, 'c')).to.equal('explicit-deny');
    expect(verdict(document, 'a', { action: 's3:GetObject' })).to.equal('explicit-deny');
  });

  it('judges IpAddress and NotIpAddress by aws:SourceIp', () => {
    const inside = { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'] } };
    const allow = policy(statement('Allow', '*', { Condition: inside }));
    for (const sourceIp of ['10.1.2.3', '2001:db8::1', '192.0.2.7', '::ffff:10.0.0.1']) {
      expect(verdict(allow, 'a', { sourceIp })).to.equal('allow');
    }
    for (const sourceIp of ['11.1.2.3', '2001:db9::1', '192.0.2.8', undefined]) {
      expect(verdict(allow, 'a', { sourceIp })).to.equal('implicit-deny');
    }
    const outside = { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    const deny = policy(statement('Allow', '*'), statement('Deny', '*', { Condition: outside }));
    expect(verdict(deny, 'a', { sourceIp: '10.1.2.3' })).to.equal('allow');
    expect(verdict(deny, 'a', { sourceIp: '11.1.2.3' })).to.equal('explicit-deny');
    expect(verdict(deny, 'a')).to.equal('explicit-deny');
    const apart = { IpAddress: { 'aws:SourceIp': ['::/0', '::ffff:10.0.0.0/104'] } };
    const ipv6 = policy(statement('Allow', '*', { Condition: apart }));
    expect(verdict(ipv6, 'a', { sourceIp: '10.1.2.3' })).to.equal('implicit-deny');
    expect(verdict(ipv6, 'a', { sourceIp: '2001:db8::1' })).to.equal('allow');
    const v6 = policy(statement('Allow', '*', { Condition: { IpAddress: { 'aws:SourceIp': '::1' } } }));
    expect(verdict(v6, 'a', { sourceIp: '::1' })).to.equal('allow');
    expect(verdict(v6, 'a', { sourceIp: '::2' })).to.equal('implicit-deny');
  });

  it('judges dates by aws:CurrentTime, in ISO 8601 and epoch seconds', () => {
    const noon = Date.parse('2030-01-01T12:00:00Z') / 1000;
    const cases = [
      ['DateLessThan', [true, false, false]],
      ['DateLessThanEquals', [true, true, false]],
      ['DateGreaterThan', [false, false, true]],
      ['DateGreaterThanEquals', [false, true, true]],
    ] as const;
    for (const [operator, expected] of cases) {
      for (const value of ['2030-01-01T12:00:00Z', String(noon)]) {
        const document = policy(
          statement('Allow', '*', { Condition: { [operator]: { 'aws:CurrentTime': value } } }),
        );
        const got = [noon - 1, noon, noon + 1].map((now) => verdict(document, 'a', { now }) === 'allow');
        expect(got, operator).to.deep.equal(expected);
      }
    }
  });

  it('reads the forms of ISO 8601 that AWS documents, with and without a time', () => {
    const forms: [string, string][] = [
      ['2030-02', '2030-02-01T00:00:00Z'],
      ['2030-02-03', '2030-02-03T00:00:00Z'],
      ['2030-02-03T04:05Z', '2030-02-03T04:05:00Z'],
      ['2030-02-03T04:05:06+01:00', '2030-02-03T03:05:06Z'],
      ['2030-02-03T04:05:06.00Z', '2030-02-03T04:05:06Z'],
    ];
    for (const [value, time] of forms) {
      const condition = { DateLessThanEquals: { 'aws:CurrentTime': value } };
      const document = policy(statement('Allow', '*', { Condition: condition }));
      const second = Date.parse(time) / 1000;
      expect(verdict(document, 'a', { now: second }), value).to.equal('allow');
      expect(verdict(document, 'a', { now: second + 1 }), value).to.equal('implicit-deny');
    }
  });

  it('requires one of the values of a key', () => {
    const dates = { DateLessThan: { 'aws:EpochTime': ['1000', '2000'] } };
    const document = policy(statement('Allow', '*', { Condition: dates }));
    expect([999, 1999, 2000].map((now) => verdict(document, 'a', { now }))).to.deep.equal([
      'allow',
      'allow',
      'implicit-deny',
    ]);
  });

  it('uses the clock when no time is given', () => {
    const until = (date: string) =>
      policy(statement('Allow', '*', { Condition: { DateLessThan: { 'aws:EpochTime': date } } }));
    expect(verdict(until('9999-01-01T00:00:00Z'), 'a')).to.equal('allow');
    expect(verdict(until('2001-01-01T00:00:00Z'), 'a')).to.equal('implicit-deny');
  });

  it('requires every operator and key of a condition', () => {
    const both = {
      IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
      DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' },
    };
    const document = policy(statement('Allow', '*', { Condition: both }));
    expect(verdict(document, 'a', { sourceIp: '10.0.0.1', now: 0 })).to.equal('allow');
    expect(verdict(document, 'a', { sourceIp: '10.0.0.1', now: 2e9 })).to.equal('implicit-deny');
    expect(verdict(document, 'a', { sourceIp: '11.0.0.1', now: 0 })).to.equal('implicit-deny');
  });

  it('throws with the path of an element that it cannot evaluate', () => {
    const cases: [string, unknown][] = [
      ['policy.Version', { Version: '2020-01-01', Statement: [] }],
      ['policy.Statement', { Version: '2012-10-17' }],
      ['policy.Statement', { Version: '2012-10-17', Statement: null }],
      ['policy.Version', { Version: null, Statement: [] }],
      ['policy.Statement[0]', { Statement: [null] }],
      ['policy.Statement[0]', { Statement: ['Allow'] }],
      ['policy.Statement[0].Effect', policy(statement('allow', '*'))],
      ...[
        '10.0.0.0/1e1',
        '10.0.0.0/ 8',
        '10.0.0.0/0x8',
        '10.0.0.0/8.0',
        '10.0.0.0/8/8',
        '10.0.0.0/-1',
        'x/10.0.0.0/8',
      ].map((block): [string, unknown] => [
        'policy.Statement[0].Condition.IpAddress.aws:SourceIp',
        policy(statement('Allow', '*', { Condition: { IpAddress: { 'aws:SourceIp': block } } })),
      ]),
      ...['::1', '10.1.2.3', '2001:db8::/32', '2030-01-01T12:00:00', 'January 2030', 'on 2030-01-01'].map(
        (date): [string, unknown] => [
          'policy.Statement[0].Condition.DateLessThan.aws:CurrentTime',
          policy(statement('Allow', '*', { Condition: { DateLessThan: { 'aws:CurrentTime': date } } })),
        ],
      ),
      [
        'policy.Statement[1].Principal',
        policy(statement('Allow', '*'), statement('Allow', '*', { Principal: '*' })),
      ],
      ['policy.Statement[0].Resource', { Statement: [{ Effect: 'Allow', Action: '*' }] }],
      ['policy.Statement[0].Resource', policy(statement('Allow', '*', { NotResource: '*' }))],
      ['policy.Statement[0].Resource', { Statement: [{ Effect: 'Allow', Action: '*', Resource: [1] }] }],
      ['policy.Statement[0].Action', { Statement: [{ Effect: 'Allow', Resource: '*' }] }],
      [
        'policy.Statement[0].Condition.StringEquals.aws:x',
        policy(statement('Allow', '*', { Condition: { StringEquals: { 'aws:x': 'y' } } })),
      ],
      [
        'policy.Statement[0].Condition.IpAddress.aws:SourceIp',
        policy(statement('Allow', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } })),
      ],
      [
        'policy.Statement[0].Condition.IpAddress.aws:SourceIp',
        policy(statement('Allow', '*', { Condition: { IpAddress: { 'aws:SourceIp': 'here' } } })),
      ],
      [
        'policy.Statement[0].Condition.DateLessThan.aws:CurrentTime',
        policy(statement('Allow', '*', { Condition: { DateLessThan: { 'aws:CurrentTime': 'soon' } } })),
      ],
      ...[
        ['StringEquals', 'aws:SourceIp', '192.0.2.1'],
        ['IpAddress', 'aws:VpcSourceIp', '192.0.2.1'],
        ['NotIpAddress', 'aws:VpcSourceIp', '192.0.2.1'],
        ['StringEquals', 'aws:CurrentTime', '2030-01-01T00:00:00Z'],
      ].map(([operator = '', key = '', value]): [string, unknown] => [
        `policy.Statement[0].Condition.${operator}.${key}`,
        policy(statement('Allow', '*', { Condition: { [operator]: { [key]: value } } })),
      ]),
      [
        'policy.Statement[0].Condition.DateLessThan.aws:SourceIp',
        policy(statement('Allow', '*', { Condition: { DateLessThan: { 'aws:SourceIp': '1' } } })),
      ],
      ['policy.Statement[0].Condition', policy(statement('Allow', '*', { Condition: [] as never }))],
      [
        'policy.Statement[0].Condition.IpAddress',
        policy(statement('Allow', '*', { Condition: { IpAddress: 5 } as never })),
      ],
      [
        'policy.Statement[0].Condition.NotIpAddress.aws:SourceIp',
        policy(statement('Allow', '*', { Condition: { NotIpAddress: { 'aws:SourceIp': [] } } })),
      ],
      [
        'policy.Statement[0].Condition.IpAddress.aws:SourceIp',
        policy(statement('Allow', '*', { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/' } } })),
      ],
    ];
    for (const [option, document] of cases) {
      expect(() => verdict(document as EvaluablePolicy, 'a'), option)
        .to.throw(OptionError)
        .with.property('option', option);
    }
  });

  it('agrees with regular expressions on random patterns', () => {
    const piece = fc.constantFrom('a', 'b', '/', ':', '*', '?', '.', '+', '\\', '[', 'ab', '**');
    const text = fc.array(fc.constantFrom('a', 'b', '/', ':', '.', '+', '\\', '[', 'ab'), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), text, (pattern, resource) => {
        const got = evaluatePolicy(policy(statement('Allow', pattern.join(''))), {
          resource: resource.join(''),
        });
        expect(got === 'allow').to.equal(byRegExp(pattern.join(''), resource.join('')));
      }),
      { numRuns: 5000 },
    );
  });

  it('stays fast on patterns that cause backtracking', () => {
    const pattern = `${'*a'.repeat(200)}b`;
    const started = performance.now();
    expect(evaluatePolicy(policy(statement('Allow', pattern)), { resource: 'a'.repeat(5000) })).to.equal(
      'implicit-deny',
    );
    expect(performance.now() - started).to.be.below(1000);
  });
});
