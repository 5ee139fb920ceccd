import { expect } from 'chai';
import { compileIp } from '../../../lib/rules/kinds/ip.ts';
import { restRequestEvent } from '../../../lib/testing.ts';
import { refusesOptions } from '../option-refusals.ts';
import { APPSYNC_KINDS, codeOf, HTTP_KINDS, judge, subjectOf } from '../subjects.ts';

const SECRET = 'a-secret-of-the-origin';
const PROOF = { header: 'X-Origin-Secret', secret: SECRET };

describe('the rule ip', () => {
  const lists: readonly [option: Record<string, unknown>, clientIp: string | null, code: string | null][] = [
    [{ allow: ['10.0.0.0/8'] }, '10.1.2.3', null],
    [{ allow: ['10.0.0.0/8'] }, '11.1.2.3', 'ip_not_allowed'],
    [{ deny: ['10.0.0.0/8'] }, '10.1.2.3', 'ip_not_allowed'],
    [{ deny: ['10.0.0.0/8'] }, '11.1.2.3', null],
    [{ allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] }, '10.1.2.3', 'ip_not_allowed'],
    [{ allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] }, '10.2.2.3', null],
    [{ allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] }, '192.0.2.1', 'ip_not_allowed'],
    [{ allow: ['10.1.0.0/16'], deny: ['10.0.0.0/8'] }, '10.1.2.3', 'ip_not_allowed'],
    [{ allow: ['2001:db8::/32'] }, '2001:db8::1', null],
    [{ allow: ['2001:db8::/32'] }, '192.0.2.1', 'ip_not_allowed'],
    [{ deny: ['10.0.0.0/8'] }, '64:ff9b::10.1.2.3', 'ip_not_allowed'],
    [{ deny: ['10.0.0.0/8'] }, '2002:a01:203::1', 'ip_not_allowed'],
    [{ deny: ['10.0.0.0/8'] }, '::10.1.2.3', 'ip_not_allowed'],
    [{ deny: ['10.0.0.0/8'] }, '64:ff9b::11.1.2.3', null],
    [{ allow: ['10.0.0.0/8'] }, '64:ff9b::10.1.2.3', 'ip_not_allowed'],
    [{ allow: ['64:ff9b::/96'], deny: ['10.0.0.0/8'] }, '64:ff9b::10.1.2.3', 'ip_not_allowed'],
    [{ allow: ['64:ff9b::/96'], deny: ['10.0.0.0/8'] }, '64:ff9b::11.1.2.3', null],
    [{ deny: ['10.0.0.0/8'] }, null, 'ip_unknown'],
    [{ deny: ['10.0.0.0/8'] }, 'test-invoke-source-ip', 'ip_unknown'],
  ];
  for (const [option, clientIp, code] of lists) {
    it(`${JSON.stringify(option)} answers ${clientIp} with ${code ?? 'a pass'}`, async () => {
      expect(await codeOf(compileIp(option, 'x'), subjectOf({ clientIp }))).to.equal(code);
    });
  }

  it('says that a test in the console has no address', async () => {
    const rule = compileIp({ deny: ['10.0.0.0/8'] }, 'x');
    const event = restRequestEvent({ sourceIp: 'test-invoke-source-ip' });
    const { refusal } = await judge(rule, subjectOf({ clientIp: null, event }));
    expect(refusal).to.include({ code: 'ip_unknown', rule: 'ip' });
    expect(refusal?.detail).to.include('send a real request');
    expect((await judge(rule, subjectOf({ clientIp: null, event: {} }))).refusal).not.to.have.property(
      'detail',
    );
  });

  it('names the list that refused', async () => {
    const rule = compileIp({ allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] }, 'x');
    expect((await judge(rule, subjectOf({ clientIp: '10.1.0.1' }))).refusal).to.deep.equal({
      code: 'ip_not_allowed',
      rule: 'ip',
      detail: 'in deny',
    });
    expect((await judge(rule, subjectOf({ clientIp: '192.0.2.1' }))).refusal).to.deep.equal({
      code: 'ip_not_allowed',
      rule: 'ip',
      detail: 'not in allow',
    });
  });

  it('judges anonymous callers too', async () => {
    const rule = compileIp({ allow: ['198.51.100.0/24'] }, 'x');
    expect(await codeOf(rule, subjectOf({}, null))).to.equal(null);
  });

  it('can be report-only', () => {
    expect(compileIp({ deny: ['10.0.0.1'], reportOnly: true }, 'x').reportOnly).to.equal(true);
    expect(compileIp({ deny: ['10.0.0.1'] }, 'x')).to.deep.include({
      reportOnly: false,
      inputs: ['source-ip'],
      name: 'ip',
    });
  });

  describe('source', () => {
    const ALLOW = { allow: ['203.0.113.9', '2001:db8::9'] };
    const viaHeader = (header: string, trustedHops: number) => ({
      ...ALLOW,
      source: { header, trustedHops },
    });

    const chains: readonly [hops: number, list: string, code: string | null][] = [
      [1, '203.0.113.9', null],
      [1, '192.0.2.66, 203.0.113.9', null],
      [1, '203.0.113.9, 192.0.2.66', 'ip_not_allowed'],
      [2, '203.0.113.9, 192.0.2.66', null],
      [2, '192.0.2.66,203.0.113.9,192.0.2.1', null],
      [2, '203.0.113.9, 192.0.2.66, 192.0.2.1', 'ip_not_allowed'],
      [2, '203.0.113.9', 'ip_unknown'],
      [2, '203.0.113.99', 'ip_unknown'],
      [3, '192.0.2.66, 203.0.113.99', 'ip_unknown'],
      [3, '203.0.113.9, 192.0.2.1', 'ip_unknown'],
      [1, '203.0.113.9:4711', null],
      [1, '[2001:db8::9]:4711', null],
      [1, '2001:db8::9', null],
      [1, 'unknown', 'ip_unknown'],
      [1, '203.0.113.9,', 'ip_unknown'],
      [2, '203.0.113.9,', null],
      [2, ',', 'ip_unknown'],
      [2, ', 203.0.113.9', 'ip_unknown'],
      [3, ',', 'ip_unknown'],
      [3, ',203.0.113.9', 'ip_unknown'],
      [4, ',203.0.113.9', 'ip_unknown'],
      [3, ',203.0.113.9,192.0.2.1', 'ip_unknown'],
      [1, '', 'ip_unknown'],
      [2, '', 'ip_unknown'],
    ];
    for (const [hops, list, code] of chains) {
      it(`takes entry ${hops} from the right of '${list}': ${code ?? 'a pass'}`, async () => {
        const subject = subjectOf({ headers: { 'x-forwarded-for': list }, clientIp: '203.0.113.9' });
        expect(await codeOf(compileIp(viaHeader('X-Forwarded-For', hops), 'x'), subject)).to.equal(code);
      });
    }

    it('refuses when the header is absent, although the event has an address', async () => {
      const rule = compileIp(viaHeader('x-forwarded-for', 1), 'x');
      expect(await codeOf(rule, subjectOf({ clientIp: '203.0.113.9' }))).to.equal('ip_unknown');
    });

    it("reads CloudFront's viewer address, IPv6 without brackets", async () => {
      const rule = compileIp({ ...ALLOW, source: 'cloudfront-viewer-address' }, 'x');
      const withAddress = (text: string) => subjectOf({ headers: { 'cloudfront-viewer-address': text } });
      expect(await codeOf(rule, withAddress('203.0.113.9:4711'))).to.equal(null);
      expect(await codeOf(rule, withAddress('2001:db8::9:4711'))).to.equal(null);
      expect(await codeOf(rule, withAddress('203.0.113.9'))).to.equal('ip_unknown');
      expect(await codeOf(rule, subjectOf({}))).to.equal('ip_unknown');
    });

    for (const source of [
      { header: 'x-forwarded-for', trustedHops: 1, proof: PROOF },
      { header: 'CloudFront-Viewer-Address', proof: PROOF },
    ]) {
      it(`counts ${source.header} only with its proof`, async () => {
        const rule = compileIp({ ...ALLOW, source }, 'x');
        const address = { [source.header.toLowerCase()]: '203.0.113.9:1' };
        expect(
          await codeOf(rule, subjectOf({ headers: { ...address, 'x-origin-secret': SECRET } })),
        ).to.equal(null);
        expect(
          await codeOf(rule, subjectOf({ headers: { ...address, 'x-origin-secret': 'other' } })),
        ).to.equal('ip_unknown');
        expect((await judge(rule, subjectOf({ headers: address }))).refusal).to.deep.equal({
          code: 'ip_unknown',
          rule: 'ip',
          detail: 'not proven',
        });
        expect(
          (await judge(rule, subjectOf({ headers: { 'x-origin-secret': SECRET } }))).refusal,
        ).to.deep.equal({
          code: 'ip_unknown',
          rule: 'ip',
        });
        expect(rule.inputs).to.deep.equal([
          `header:${source.header.toLowerCase()}`,
          'header:x-origin-secret',
        ]);
      });
    }

    it('leaves the address that it found for the rules after it', async () => {
      const { findings } = await judge(
        compileIp(viaHeader('x-forwarded-for', 1), 'x'),
        subjectOf({ headers: { 'x-forwarded-for': '::ffff:192.0.2.66' } }),
      );
      expect(findings.clientIp).to.equal('192.0.2.66');
    });

    it('declares what it reads', () => {
      expect(compileIp(ALLOW, 'x').inputs).to.deep.equal(['source-ip']);
      expect(compileIp({ ...ALLOW, source: 'gateway' }, 'x').inputs).to.deep.equal(['source-ip']);
      expect(compileIp(viaHeader('X-Forwarded-For', 1), 'x').inputs).to.deep.equal([
        'header:x-forwarded-for',
      ]);
    });

    it('refuses as rule_not_supported, and never passes, if the gateway sends no address', async () => {
      const rule = compileIp({ deny: ['10.0.0.1'] }, 'x');
      for (const gateway of ['rest-token', ...APPSYNC_KINDS] as const) {
        const { refusal } = await judge(rule, subjectOf({ gateway, clientIp: null }));
        expect(refusal).to.include({ code: 'rule_not_supported', rule: 'ip' });
        expect(refusal?.detail).to.contain(gateway).and.contain('ip.source');
      }
      for (const gateway of HTTP_KINDS) expect(await codeOf(rule, subjectOf({ gateway }))).to.equal(null);
    });

    it('reads headers from every gateway that sends them', async () => {
      const rule = compileIp(viaHeader('x-forwarded-for', 1), 'x');
      const headers = { 'x-forwarded-for': '203.0.113.9' };
      for (const gateway of [...HTTP_KINDS, ...APPSYNC_KINDS]) {
        expect(await codeOf(rule, subjectOf({ gateway, headers }))).to.equal(null);
      }
      expect(await codeOf(rule, subjectOf({ gateway: 'rest-token' }))).to.equal('rule_not_supported');
    });
  });

  const allow = ['10.0.0.1'];
  refusesOptions(compileIp, [
    [{}, 'rules.it', /neither `allow` nor `deny`/],
    [{ source: 'gateway' }, 'rules.it', /neither/],
    [['10.0.0.1'], 'rules.it', /must be an object/],
    [{ alow: allow }, 'rules.it.alow', /not an option/],
    [{ allow: [] }, 'rules.it.allow', /at least one/],
    [{ deny: ['x'] }, 'rules.it.deny[0]', /must be an address/],
    [{ allow, deny: ['10.0.0.2', '10.0.0.1/32'] }, 'rules.it.deny[1]', /remove one/],
    [{ allow, reportOnly: 1 }, 'rules.it.reportOnly', /true or false/],
    [{ allow, source: 'x-forwarded-for' }, 'rules.it.source', /must be 'gateway'/],
    [{ allow, source: null }, 'rules.it.source', /must be an object/],
    [{ allow, source: {} }, 'rules.it.source.header', /name of a header/],
    [{ allow, source: { header: 'a b' } }, 'rules.it.source.header', /name of a header/],
    [{ allow, source: { header: 'x-forwarded-for' } }, 'rules.it.source.trustedHops', /whole number/],
    [
      { allow, source: { header: 'x-forwarded-for', trustedHops: 0 } },
      'rules.it.source.trustedHops',
      /from 1/,
    ],
    [
      { allow, source: { header: 'x-forwarded-for', trustedHops: 1.5 } },
      'rules.it.source.trustedHops',
      /whole/,
    ],
    [
      { allow, source: { header: 'x', trustedHops: 1, proof: {} } },
      'rules.it.source.proof.header',
      /name of a header/,
    ],
    [
      { allow, source: { header: 'cloudfront-viewer-address', proof: {} } },
      'rules.it.source.proof.header',
      /name of a header/,
    ],
    [{ allow, source: { header: 'cloudfront-viewer-address' } }, 'rules.it.source.proof', /is missing/],
    [
      { allow, source: { header: 'CloudFront-Viewer-Address', trustedHops: 1, proof: PROOF } },
      'rules.it.source.trustedHops',
      /makes no sense/,
    ],
  ]);
});
