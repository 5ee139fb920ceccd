import { expect } from 'chai';
import { createRuleBook } from '../../lib/rules/rule-book.ts';
import { subjectOf } from './subjects.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Each option passes its own caller and refuses that of the other option. */
const PAIRS: readonly [rule: string, one: [unknown, Claims], other: [unknown, Claims]][] = [
  ['audience', [['orders'], { aud: 'orders' }], [['bills'], { aud: 'bills' }]],
  ['bound', ['dpop', { cnf: { jkt: 'x' } }], ['mtls', { cnf: { 'x5t#S256': 'x' } }]],
  ['callers', [{ allow: ['user'] }, {}], [{ allow: ['machine'] }, { sub: 'c@clients', azp: 'c' }]],
  [
    'callers',
    [{ allow: ['agent'], actors: ['a'] }, { act: { sub: 'a' } }],
    [{ allow: ['agent'], actors: ['b'] }, { act: { sub: 'b' } }],
  ],
  ['clients', [['web'], { azp: 'web' }], [['cli'], { azp: 'cli' }]],
  ['clients', [['web'], { client_id: 'web' }], [{ allow: ['cli'] }, { client_id: 'cli' }]],
  ['organization', [{ allow: ['org_a1'] }, { org_id: 'org_a1' }], [{ allow: ['org_b1'] }, { org_id: 'org_b1' }]],
  ['scopes', [['a'], { scope: 'a' }], [['b'], { scope: 'b' }]],
  ['scopes', [['a'], { scope: 'a' }], [{ any: ['b', 'c'] }, { scope: 'c' }]],
  ['permissions', [['a'], { permissions: ['a'] }], [['b'], { permissions: ['b'] }]],
  ['claims', [{ plan: 'a' }, { plan: 'a' }], [{ plan: 'b' }, { plan: 'b' }]],
  [
    'authorizationDetails',
    [{ types: ['a'] }, { authorization_details: [{ type: 'a' }] }],
    [{ types: ['b'] }, { authorization_details: [{ type: 'b' }] }],
  ],
  ['authentication', [{ acr: ['a'] }, { acr: 'a' }], [{ acr: ['b'] }, { acr: 'b' }]],
  ['authentication', [{ amr: ['a'] }, { amr: ['a'] }], [{ amr: ['b'] }, { amr: ['b'] }]],
]; // biome-ignore format: a table

describe('two options of the same rule on two routes', () => {
  for (const [rule, one, other] of PAIRS) {
    it(`are judged apart, and so are two callers: ${rule} ${JSON.stringify([one[0], other[0]])}`, () => {
      const base = rule === 'callers' ? {} : { callers: false };
      const routes = {
        'GET /one': { ...base, [rule]: one[0] },
        'GET /other': { ...base, [rule]: other[0] },
      };
      const expected: [Claims, number[]][] = [
        [one[1], [1, 0]],
        [other[1], [0, 1]],
      ];
      for (const order of [expected, [...expected].reverse()]) {
        const book = createRuleBook({ routes });
        for (const [claims, granted] of order) {
          const { request, token } = subjectOf({ path: '/one' }, claims);
          expect([...book.begin(request, token).grants().routes], JSON.stringify(claims)).to.deep.equal(
            granted,
          );
        }
      }
    });
  }

  it('are one requirement if they are equal', () => {
    for (const [rule, [option]] of PAIRS) {
      const base = rule === 'callers' ? {} : { callers: false };
      const routes = {
        'GET /a': { ...base, [rule]: option },
        'GET /b': { ...base, [rule]: structuredClone(option) },
        'GET /c': base,
      };
      const { requirements } = createRuleBook({ routes });
      expect(requirements[0], rule).to.be.a('string').and.equal(requirements[1]);
      expect(createRuleBook({ routes }).enforced.has(rule), rule).to.equal(true);
    }
  });
});
