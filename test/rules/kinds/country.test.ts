import { expect } from 'chai';
import { AuthorizerFault, Unauthorized } from '../../../lib/decision/errors.ts';
import { compileCountry } from '../../../lib/rules/kinds/country.ts';
import { countryCodes } from '../../../lib/rules/kinds/country-codes.ts';
import type { CountryLookup } from '../../../lib/rules/kinds/country-source.ts';
import { PASSED } from '../../../lib/rules/rule.ts';
import type { VerifiedToken } from '../../../lib/token/verified-token.ts';
import { refusesOptions } from '../option-refusals.ts';
import { APPSYNC_KINDS, codeOf, faultOf, HTTP_KINDS, judge, subjectOf } from '../subjects.ts';

const CLAIM = 'https://example.com/country';
const SECRET = 'a-secret-of-the-origin';
const from = (country: string) => ({ headers: { 'cloudfront-viewer-country': country } });
const lookupRule = (source: CountryLookup, more: Record<string, unknown> = {}) =>
  compileCountry({ allow: ['DE'], source, ...more }, 'x');

describe('the rule country', () => {
  const lists: readonly [option: Record<string, unknown>, country: string, code: string | null][] = [
    [{ allow: ['DE', 'FR'] }, 'FR', null],
    [{ allow: ['DE', 'FR'] }, 'US', 'country_not_allowed'],
    [{ allow: ['DE'] }, 'de', null],
    [{ deny: ['KP'] }, 'KP', 'country_not_allowed'],
    [{ deny: ['KP'] }, 'US', null],
    [{ allow: ['DE', 'FR'], deny: ['US'] }, 'US', 'country_not_allowed'],
    [{ allow: ['DE', 'FR'], deny: ['US'] }, 'IT', 'country_not_allowed'],
    [{ deny: ['KP'] }, 'XX', 'country_unknown'],
    [{ deny: ['KP'] }, 'ZZ', 'country_unknown'],
    [{ deny: ['KP'] }, 'T1', 'country_unknown'],
    [{ deny: ['KP'] }, 'USA', 'country_unknown'],
    [{ deny: ['KP'] }, 'US, KP', 'country_unknown'],
    [{ deny: ['KP'] }, '', 'country_unknown'],
    [{ deny: ['KP'], unknown: 'deny' }, 'XX', 'country_unknown'],
    [{ deny: ['KP'], unknown: 'allow' }, 'XX', null],
    [{ allow: ['DE'], unknown: 'allow' }, 'XX', null],
    [{ allow: ['DE'], unknown: 'allow' }, 'US', 'country_not_allowed'],
    [{ allow: ['XK'] }, 'XK', null],
  ];
  for (const [option, country, code] of lists) {
    it(`${JSON.stringify(option)} answers ${country || 'nothing'} with ${code ?? 'a pass'}`, async () => {
      const rule = compileCountry({ ...option, source: 'cloudfront' }, 'x');
      expect(await codeOf(rule, subjectOf(from(country)))).to.equal(code);
    });
  }

  const matches: readonly [claims: Record<string, unknown>, country: string, code: string | null][] = [
    [{ [CLAIM]: 'DE' }, 'DE', null],
    [{ [CLAIM]: 'de' }, 'DE', null],
    [{ [CLAIM]: 'FR' }, 'DE', 'country_not_allowed'],
    [{ [CLAIM]: ['FR', 'DE'] }, 'DE', null],
    [{ [CLAIM]: ['FR'] }, 'DE', 'country_not_allowed'],
    [{ [CLAIM]: [] }, 'DE', 'country_not_allowed'],
    [{ [CLAIM]: '' }, 'DE', 'country_not_allowed'],
    [{ [CLAIM]: null }, 'DE', 'country_not_allowed'],
    [{ [CLAIM]: 'XX' }, 'XX', 'country_unknown'],
    // In upper case this is the code of South Sudan.
    [{ [CLAIM]: 'ß' }, 'SS', 'country_not_allowed'],
    [{}, 'DE', 'country_not_allowed'],
  ];
  for (const [claims, country, code] of matches) {
    it(`matchClaim answers the claim ${JSON.stringify(claims[CLAIM])} in ${country} with ${code ?? 'a pass'}`, async () => {
      const rule = compileCountry({ matchClaim: CLAIM, source: 'cloudfront' }, 'x');
      expect(await codeOf(rule, subjectOf(from(country), claims))).to.equal(code);
    });
  }

  it('requires both the lists and matchClaim', async () => {
    const rule = compileCountry({ allow: ['DE', 'FR'], matchClaim: CLAIM, source: 'cloudfront' }, 'x');
    expect(await codeOf(rule, subjectOf(from('US'), { [CLAIM]: 'US' }))).to.equal('country_not_allowed');
    expect(await codeOf(rule, subjectOf(from('FR'), { [CLAIM]: 'FR' }))).to.equal(null);
  });

  it('does not read members of Object.prototype as claims', async () => {
    const rule = compileCountry({ matchClaim: 'constructor', source: 'cloudfront' }, 'x');
    expect(await codeOf(rule, subjectOf(from('DE')))).to.equal('country_not_allowed');
    const { request, token, ...rest } = subjectOf(from('DE'));
    const inherited = { ...token, claims: Object.create({ constructor: 'DE' }) } as VerifiedToken;
    expect(await codeOf(rule, { ...rest, request, token: inherited })).to.equal('country_not_allowed');
  });

  it('passes an unknown country past matchClaim with unknown: allow', async () => {
    const rule = compileCountry({ matchClaim: CLAIM, source: 'cloudfront', unknown: 'allow' }, 'x');
    expect(await codeOf(rule, subjectOf({}, { [CLAIM]: 'DE' }))).to.equal(null);
  });

  it('refuses an anonymous caller as missing_token only with matchClaim', async () => {
    const matching = compileCountry({ matchClaim: CLAIM, source: 'cloudfront', unknown: 'allow' }, 'x');
    expect(await codeOf(matching, subjectOf(from('DE'), null))).to.equal('missing_token');
    const listing = compileCountry({ allow: ['DE'], source: 'cloudfront' }, 'x');
    expect(await codeOf(listing, subjectOf(from('DE'), null))).to.equal(null);
  });

  it('names the list that refused', async () => {
    const rule = compileCountry({ allow: ['DE'], deny: ['KP'], source: 'cloudfront' }, 'x');
    const detailIn = async (country: string) => (await judge(rule, subjectOf(from(country)))).refusal?.detail;
    expect([await detailIn('KP'), await detailIn('FR')]).to.deep.equal(['in deny', 'not in allow']);
  });

  it('explains the refusal without a value of the token, and keeps the country for the log', async () => {
    const rule = compileCountry({ matchClaim: CLAIM, source: 'cloudfront' }, 'x');
    const { refusal, findings } = await judge(rule, subjectOf(from('DE'), { [CLAIM]: 'FR' }));
    expect(refusal).to.deep.equal({
      code: 'country_not_allowed',
      rule: 'country',
      detail: `not that of the claim ${CLAIM}`,
    });
    expect(findings.country).to.equal('DE');
  });

  describe('source', () => {
    it('reads no CloudFront header without the source cloudfront', async () => {
      const rule = compileCountry(
        { allow: ['DE'], source: { header: 'X-Country', proof: { header: 'X-Proof', secret: SECRET } } },
        'x',
      );
      expect(await codeOf(rule, subjectOf(from('DE')))).to.equal('country_unknown');
    });

    it('counts a header only with its proof', async () => {
      const source = { header: 'CloudFront-Viewer-Country', proof: { header: 'X-Proof', secret: SECRET } };
      const rule = compileCountry({ allow: ['DE'], source }, 'x');
      const country = from('DE').headers;
      expect(await codeOf(rule, subjectOf({ headers: { ...country, 'x-proof': SECRET } }))).to.equal(null);
      expect(await codeOf(rule, subjectOf({ headers: { ...country, 'x-proof': 'no' } }))).to.equal(
        'country_unknown',
      );
      expect(await codeOf(rule, subjectOf({ headers: country }))).to.equal('country_unknown');
      expect(await codeOf(rule, subjectOf({ headers: { 'x-proof': SECRET } }))).to.equal('country_unknown');
      expect(rule.inputs).to.deep.equal(['header:cloudfront-viewer-country', 'header:x-proof']);
    });

    it('refuses a request without the proof for any `unknown`', async () => {
      const source = { header: 'x-country', proof: { header: 'x-proof', secret: SECRET } };
      const rule = compileCountry({ allow: ['DE'], source, unknown: 'allow' }, 'x');
      const proven = (country: string) => subjectOf({ headers: { 'x-country': country, 'x-proof': SECRET } });
      expect(await codeOf(rule, proven('XX'))).to.equal(null);
      expect(await codeOf(rule, proven('US'))).to.equal('country_not_allowed');
      expect(await codeOf(rule, subjectOf({ headers: { 'x-proof': SECRET } }))).to.equal(null);
      for (const headers of [{}, { 'x-country': 'DE' }, { 'x-country': 'DE', 'x-proof': 'no' }] as const) {
        const { refusal, findings } = await judge(rule, subjectOf({ headers: { ...headers } }));
        expect(refusal).to.deep.equal({ code: 'country_unknown', rule: 'country', detail: 'not proven' });
        expect(findings.country).to.equal(null);
      }
    });

    it('refuses text that is not a country code for any `unknown`', async () => {
      const rule = compileCountry({ deny: ['FR'], source: 'cloudfront', unknown: 'allow' }, 'x');
      for (const header of ['DE,FR', 'DE, FR', 'FR ', 'France']) {
        const { refusal } = await judge(rule, subjectOf(from(header)));
        expect(refusal).to.deep.equal({ code: 'country_unknown', rule: 'country', detail: 'unreadable' });
      }
      for (const told of [['DE'], 7, {}]) {
        const ruleOfFunction = compileCountry(
          { deny: ['DE'], source: () => told as never, unknown: 'allow' },
          'x',
        );
        expect(await codeOf(ruleOfFunction, subjectOf())).to.equal('country_unknown');
      }
      for (const header of ['XX', 'T1', ''])
        expect(await codeOf(rule, subjectOf(from(header)))).to.equal(null);
      expect(await codeOf(rule, subjectOf())).to.equal(null);
    });

    it('calls a function with the address and the request, and waits for its promise', async () => {
      const asked: unknown[] = [];
      const subject = subjectOf({ clientIp: '192.0.2.1' });
      const atOnce = lookupRule((ip, request) => {
        asked.push(ip, request === subject.request);
        return 'DE';
      });
      expect(atOnce.judge(subject, { clientIp: '192.0.2.1', country: null })).to.equal(PASSED);
      expect(asked).to.deep.equal(['192.0.2.1', true]);
      expect(
        await codeOf(
          lookupRule(async () => 'de'),
          subject,
        ),
      ).to.equal(null);
      expect(
        await codeOf(
          lookupRule(async () => 'FR'),
          subject,
        ),
      ).to.equal('country_not_allowed');
      expect(atOnce.inputs).to.deep.equal(['anything']);
    });

    it('calls the function with the address that the ip rule found', async () => {
      const rule = lookupRule((ip) => (ip === '203.0.113.9' ? 'DE' : null));
      expect(await rule.judge(subjectOf(), { clientIp: '203.0.113.9', country: null })).to.equal(PASSED);
    });

    it('treats any other result of a function as an unknown country', async () => {
      for (const answer of [null, undefined, '', 'Germany', 49, {}, ['DE']]) {
        expect(
          await codeOf(
            lookupRule(() => answer as never),
            subjectOf(),
          ),
        ).to.equal('country_unknown');
        expect(
          await codeOf(
            lookupRule(async () => answer as never),
            subjectOf(),
          ),
        ).to.equal('country_unknown');
      }
    });

    it('passes what a function does not know with unknown: allow', async () => {
      for (const answer of [null, undefined, '', 'XX']) {
        for (const source of [() => answer, async () => answer])
          expect(await codeOf(lookupRule(source, { unknown: 'allow' }), subjectOf())).to.equal(null);
      }
    });

    it('is a fault with the cause when the function throws, at once or later', async () => {
      const cause = new Error('mine');
      const atOnce = lookupRule(() => {
        throw cause;
      });
      for (const rule of [atOnce, lookupRule(() => Promise.reject(cause))]) {
        expect(await faultOf(rule, subjectOf()))
          .to.be.instanceOf(AuthorizerFault)
          .that.includes({ code: 'rule_error', cause });
      }
    });

    it('refuses when the function throws Unauthorized', async () => {
      const rule = lookupRule(() => {
        throw new Unauthorized();
      });
      expect((await judge(rule, subjectOf())).refusal).to.deep.equal({
        code: 'handler_unauthorized',
        rule: 'country',
      });
    });

    it('refuses as rule_not_supported, and never passes, if the gateway sends no headers', async () => {
      for (const rule of [
        compileCountry({ allow: ['DE'], source: 'cloudfront', unknown: 'allow' }, 'x'),
        lookupRule(() => 'DE'),
      ]) {
        const { refusal } = await judge(rule, subjectOf({ gateway: 'rest-token', clientIp: null }));
        expect(refusal).to.include({ code: 'rule_not_supported', rule: 'country' });
        expect(refusal?.detail).to.contain('rest-token').and.contain('country.source');
        for (const gateway of [...HTTP_KINDS, ...APPSYNC_KINDS]) {
          expect(await codeOf(rule, subjectOf({ gateway, ...from('DE') }))).to.equal(null);
        }
      }
    });
  });

  it('accepts every assigned country code of Intl', () => {
    expect(countryCodes().size).to.equal(250);
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    for (const code of countryCodes()) {
      expect(code).to.match(/^[A-Z]{2}$/);
      expect(names.of(code), code).to.be.a('string');
    }
  });

  const source = 'cloudfront';
  refusesOptions(compileCountry, [
    [{ source }, 'rules.it', /`matchClaim`/],
    [['DE'], 'rules.it', /must be an object/],
    [{ allow: ['DE'] }, 'rules.it.source', /is missing/],
    [{ allow: ['DE'], source: 'CloudFront' }, 'rules.it.source', /must be 'cloudfront'/],
    [{ allow: ['DE'], source: true }, 'rules.it.source', /must be 'cloudfront'/],
    [{ allow: ['DE'], source: null }, 'rules.it.source', /must be an object/],
    [{ allow: ['DE'], source: { header: 'x-country' } }, 'rules.it.source.proof', /must be an object/],
    [
      { allow: ['DE'], source: { proof: { header: 'x', secret: SECRET } } },
      'rules.it.source.header',
      /header/,
    ],
    [{ allow: [], source }, 'rules.it.allow', /at least one/],
    [{ allow: ['de'], source }, 'rules.it.allow[0]', /alpha-2/],
    [{ allow: ['DEU'], source }, 'rules.it.allow[0]', /alpha-2/],
    [{ deny: ['UK'], source }, 'rules.it.deny[0]', /'GB'/],
    [{ deny: ['ZZ'], source }, 'rules.it.deny[0]', /alpha-2 code such as 'DE', not 'ZZ'$/],
    [{ deny: [49], source }, 'rules.it.deny[0]', /not 49/],
    [{ allow: ['DE', 'DE'], source }, 'rules.it.allow[1]', /twice/],
    [{ allow: ['DE'], deny: ['FR', 'DE'], source }, 'rules.it.deny[1]', /remove one/],
    [{ matchClaim: '', source }, 'rules.it.matchClaim', /non-empty/],
    [{ allow: ['DE'], source, unknown: 'pass' }, 'rules.it.unknown', /'deny' or 'allow'/],
    [{ allow: ['DE'], source, reportOnly: null }, 'rules.it.reportOnly', /true or false/],
    [{ allow: ['DE'], source, block: ['FR'] }, 'rules.it.block', /not an option/],
  ]);
});
