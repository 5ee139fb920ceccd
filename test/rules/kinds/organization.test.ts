import { expect } from 'chai';
import type { AuthorizationRequest } from '../../../lib/gateways/gateway.ts';
import { tenantId } from '../../../lib/index.ts';
import { parseRouteKey } from '../../../lib/routes/route-key.ts';
import { compileOrganization } from '../../../lib/rules/kinds/organization.ts';
import type { Rule } from '../../../lib/rules/rule.ts';
import { refusesOptions } from '../option-refusals.ts';
import { APPSYNC_KINDS, codeOf, HTTP_KINDS, judge, subjectOf, tokenOf } from '../subjects.ts';

const ID = 'org_fYa2nP9Xp9t6dXqW';
const BOTH = { org_id: ID, org_name: 'acme' };

type Row = readonly [option: Record<string, unknown>, claims: Record<string, unknown>, code: string | null];

describe('the rule organization', () => {
  const tokens: readonly Row[] = [
    [{ required: true }, { org_id: ID }, null],
    [{ required: true }, { org_name: 'acme' }, null],
    [{ required: true }, {}, 'organization_required'],
    [{ allow: [ID] }, { org_id: ID }, null],
    [{ allow: [ID], required: true }, BOTH, null],
    [{ allow: [ID] }, {}, 'organization_required'],
    [{ allow: [ID] }, { org_id: 'org_other' }, 'organization_not_allowed'],
    [{ allow: [ID] }, { org_id: ID.toLowerCase() }, 'organization_not_allowed'],
    [{ allow: [ID] }, { org_name: ID }, 'organization_not_allowed'],
    [{ allow: ['Acme'] }, { org_id: ID, org_name: 'aCME' }, null],
    [{ allow: ['acme'] }, { org_id: 'acme' }, 'organization_not_allowed'],
    [{ allow: ['org_a1'] }, { org_name: 'org_a1' }, 'organization_not_allowed'],
    [{ allow: ['my-org_x', '.x', '...'] }, { org_id: ID, org_name: 'my-org_x' }, null],
    [{ allow: ['my-org_x', '.x', '...'] }, { org_id: ID, org_name: '.x' }, null],
    [{ allow: ['acme'] }, { org_id: ID }, 'organization_not_allowed'],
    [{ allow: ['umbrella', ID] }, BOTH, null],
    [{ allow: ['umbrella', 'acme'] }, BOTH, null],
    [{ allow: ['umbrella'] }, BOTH, 'organization_not_allowed'],
  ];
  for (const [option, claims, code] of tokens) {
    it(`${JSON.stringify(option)} answers a token with ${JSON.stringify(claims)} with ${code ?? 'a pass'}`, async () => {
      expect(await codeOf(compileOrganization(option, 'x'), subjectOf({}, claims))).to.equal(code);
    });
  }

  const headers: readonly (readonly [...Row, header?: string])[] = [
    [{}, BOTH, null, ID],
    [{}, BOTH, 'organization_mismatch', 'org_other'],
    [{}, BOTH, 'organization_mismatch', ID.toUpperCase()],
    [{}, BOTH, 'organization_mismatch', `${ID}, ${ID}`],
    [{}, BOTH, 'organization_mismatch', ` ${ID}`],
    [{}, BOTH, 'organization_mismatch', 'acme'],
    [{}, BOTH, 'organization_mismatch', ''],
    [{}, BOTH, 'organization_mismatch'],
    [{ by: 'id' }, { org_name: 'acme' }, 'organization_required', 'acme'],
    [{ by: 'name' }, { org_id: ID }, 'organization_required', ID],
    [{ by: 'name' }, { ...BOTH, org_name: 'ACME' }, null, 'acme'],
    [{ by: 'name' }, BOTH, 'organization_mismatch', 'Acme'],
    [{}, {}, 'organization_required', ID],
    [{ allow: ['acme'] }, BOTH, null, ID],
    [{ allow: ['umbrella'] }, BOTH, 'organization_not_allowed', ID],
    [{}, { org_id: 'org_a, org_a' }, 'organization_mismatch', 'org_a, org_a'],
    [{}, { org_id: 'org_*' }, 'organization_mismatch', 'org_*'],
    [{}, { org_id: '..' }, 'organization_mismatch', '..'],
    [{ by: 'name' }, { org_name: 'münchen' }, 'organization_mismatch', 'münchen'],
  ];
  for (const [option, claims, code, header] of headers) {
    const what = `${JSON.stringify(option)}, a token with ${JSON.stringify(claims)}`;
    it(`matches a header: ${what}, and ${header ?? 'no header'}: ${code ?? 'a pass'}`, async () => {
      const rule = compileOrganization({ matches: 'header:X-Org', ...option }, 'x');
      const request = { headers: header === undefined ? {} : { 'x-org': header } };
      expect(await codeOf(rule, subjectOf(request, claims))).to.equal(code);
    });
  }

  it('names the claim that is missing, and no value of the token', async () => {
    const rule = compileOrganization({ matches: 'header:x-org' }, 'x');
    const refusalOn = async (request: object, claims: object) =>
      (await judge(rule, subjectOf(request, { ...claims }))).refusal;
    const refusal = { rule: 'organization' };
    expect(await refusalOn({}, { org_name: 'acme' })).to.deep.equal({
      ...refusal,
      code: 'organization_required',
      detail: 'the token has no org_id',
    });
    expect(await refusalOn({ headers: { 'x-org': 'org_b' } }, BOTH)).to.deep.equal({
      ...refusal,
      code: 'organization_mismatch',
      detail: 'the header x-org names another',
    });
    expect(await refusalOn({}, BOTH)).to.have.property('detail', 'no header x-org');
    expect(await refusalOn({}, { org_id: 'org_?' }))
      .to.have.property('detail')
      .that.includes('A-Z');
  });

  describe('with a parameter of the path', () => {
    const ruleFor = (key: string, option: object = {}) =>
      compileOrganization({ matches: 'path:org', ...option }, 'x').forRoute?.(
        parseRouteKey(key, 'y'),
      ) as Rule;
    const refusalOn = async (rule: Rule, request: Partial<AuthorizationRequest>, isShifted = false) =>
      (await judge(rule, { ...subjectOf(request, BOTH), isShifted })).refusal;
    const mismatch = (detail: string) => ({ code: 'organization_mismatch', rule: 'organization', detail });
    const OTHER = mismatch('the path names another');

    const paths: readonly [key: string, path: string, passes: boolean][] = [
      ['GET /{org}', `/${ID}`, true],
      ['GET /{org}', `/${ID}/`, true],
      ['GET /{org}', `/${ID}x`, false],
      ['GET /{org}', `/x${ID}`, false],
      ['GET /{org}', '/', false],
      ['GET /a/{org}', `/a/${ID}`, true],
      ['GET /a/{org}', `/a/${ID}/b`, true],
      ['GET /a/{org}', `/${ID}/a`, false],
      ['GET /a/{org}', `/${ID}`, false],
      ['GET /a/b/{org}', `/a/b/${ID}`, true],
      ['GET /a/b/{org}', `/${ID}`, false],
      ['GET /a/b/{org}', `/a/${ID}`, false],
      ['GET /a/b/c/{org}', `/${ID}`, false],
      ['GET /a/b/c/{org}', `/a/b/c/${ID}`, true],
    ];
    for (const [key, path, passes] of paths) {
      it(`${passes ? 'passes' : 'refuses'} ${path} on ${key}, in each form of the path`, async () => {
        const expected = passes ? null : OTHER;
        const good = key.replace('GET ', '').replace('{org}', ID);
        expect(await refusalOn(ruleFor(key), { path })).to.deep.equal(expected);
        expect(await refusalOn(ruleFor(key), { path: good, otherPaths: [good, path] })).to.deep.equal(
          expected,
        );
      });
    }

    it('refuses a path that does not fit the route that the event names', async () => {
      const detail = 'the path does not fit the route that the event names';
      expect(await refusalOn(ruleFor('GET /{org}'), { path: `/${ID}` }, true)).to.deep.equal(
        mismatch(detail),
      );
    });

    it('has a text for policies only if the claim is plain text', () => {
      const textOf = (by: string, claims: object) =>
        ruleFor('GET /{org}', { by }).binding?.own.of(tokenOf({ ...claims }).claims);
      expect(textOf('id', BOTH)).to.equal(ID);
      expect(textOf('name', { org_name: 'ACME' })).to.equal('acme');
      for (const org_id of ['org_*', 'org_?', '$' + '{*}', '..', 'org/a', undefined])
        expect(textOf('id', { org_id }), org_id).to.equal(undefined);
    });
  });

  it('refuses a caller without token as missing_token', async () => {
    for (const option of [{ required: true }, { matches: 'header:x-org' }])
      expect(await codeOf(compileOrganization(option, 'x'), subjectOf({}, null))).to.equal('missing_token');
  });

  it('refuses where the gateway sends no headers', async () => {
    const rule = compileOrganization({ matches: 'header:x-org' }, 'x');
    for (const gateway of [...HTTP_KINDS, ...APPSYNC_KINDS])
      expect(await codeOf(rule, subjectOf({ gateway, headers: { 'x-org': ID } }, BOTH))).to.equal(null);
    const { refusal } = await judge(rule, subjectOf({ gateway: 'rest-token' }, BOTH));
    expect(refusal).to.deep.equal({
      code: 'rule_not_supported',
      rule: 'organization',
      detail: 'rest-token does not send the headers that organization.matches reads',
    });
  });

  it('is decided by the token alone, and is remembered by the verdict, or reads the header too', () => {
    const { inputs, memo } = compileOrganization({ allow: ['acme'] }, 'x');
    expect(inputs).to.deep.equal([]);
    expect([BOTH, { org_id: ID }].map((claims) => memo?.(tokenOf(claims).claims))).to.deep.equal([
      'passed',
      'refused',
    ]);
    const matching = compileOrganization({ matches: 'header:X-Org' }, 'x');
    expect(matching.inputs).to.deep.equal(['header:x-org']);
    expect(matching.memo).to.equal(undefined);
  });

  it('has one fingerprint for equal options only', () => {
    const options = [
      { required: true },
      { required: true, reportOnly: true },
      { allow: ['acme'] },
      { matches: 'header:x-org' },
      { matches: 'header:x-tenant' },
      { matches: 'header:x-org', by: 'name' },
    ];
    const prints = options.map((option) => compileOrganization(option, 'x').fingerprint);
    expect(new Set(prints).size).to.equal(options.length);
    expect(compileOrganization({ allow: ['ACME'], required: true }, 'y').fingerprint).to.equal(prints[2]);
  });

  refusesOptions(compileOrganization, [
    [{}, 'rules.it', /has no `required: true`, `allow` or `matches`/],
    [{ reportOnly: true }, 'rules.it', /set one/],
    [{ required: false }, 'rules.it', /set one/],
    [{ by: 'id' }, 'rules.it', /set one/],
    [{ required: false, allow: ['acme'] }, 'rules.it.required', /need an organization/],
    [{ required: 'yes' }, 'rules.it.required', /true or false/],
    [{ required: undefined, allow: ['a'] }, 'rules.it.required', /is undefined/],
    [{ allow: [] }, 'rules.it.allow', /at least one/],
    [{ allow: 'acme' }, 'rules.it.allow', /a list/],
    [{ allow: ['acme', 'Acme'] }, 'rules.it.allow[1]', /twice/],
    [{ allow: ['a b'] }, 'rules.it.allow[0]', /id, 'org_...', or its name/],
    [{ allow: [''] }, 'rules.it.allow[0]', /id/],
    [{ allow: ['acme', 'Org_fYa2nP9Xp9t6dXqW'] }, 'rules.it.allow[1]', /id, 'org_...', or its name/],
    [{ allow: [7] }, 'rules.it.allow[0]', /id/],
    [{ required: true, by: 'name' }, 'rules.it.by', /is for `matches`/],
    [{ matches: 'header:x', by: 'sub' }, 'rules.it.by', /'id' or 'name'/],
    [{ matches: 'header:' }, 'rules.it.matches', /'path:<parameter>' or 'header:<name>'/],
    [{ matches: 'header:Authorization' }, 'rules.it.matches', /names no organization/],
    [{ matches: 'header:cookie' }, 'rules.it.matches', /names no organization/],
    [{ matches: 'header:a b' }, 'rules.it.matches', /name of a header/],
    [{ matches: 'a header:x-org' }, 'rules.it.matches', /'header:<name>'/],
    [{ matches: 'header:x-org\n' }, 'rules.it.matches', /'header:<name>'/],
    [{ matches: ['path:org'] }, 'rules.it.matches', /'header:<name>'/],
    [{ matches: 'query:org' }, 'rules.it.matches', /'header:<name>'/],
    [{ matches: 7 }, 'rules.it.matches', /'header:<name>'/],
    [{ required: true, exact: true }, 'rules.it.exact', /is not an option/],
    [true, 'rules.it', /an object/],
  ]);
});

describe('tenantId', () => {
  it('is the id of the organization, else its name in lower case', () => {
    expect(tenantId(tokenOf(BOTH))).to.equal(ID);
    expect(tenantId(tokenOf({ org_name: 'Acme' }))).to.equal('acme');
    expect(tenantId(tokenOf())).to.equal(undefined);
    expect(tenantId(null)).to.equal(undefined);
  });
});
