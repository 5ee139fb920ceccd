import { expect } from 'chai';
import fc from 'fast-check';
import { OptionError } from '../../lib/decision/errors.ts';
import { withConditions } from '../../lib/iam/conditions.ts';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { stagePolicy } from '../../lib/iam/request-policy.ts';
import { createRuleBook } from '../../lib/rules/rule-book.ts';
import { arnOf } from '../policy-compiler/support/arns.ts';
import { runs } from '../support/property-runs.ts';
import { refusalIn, subjectOf } from './subjects.ts';

type Options = Parameters<typeof createRuleBook>[0];

const IP = { allow: ['192.0.2.0/24'], deny: ['192.0.2.7'] };
const bookOf = (options: Options) => createRuleBook({ ...options, ipInPolicy: true });

describe('an ip rule that policies carry', () => {
  const DENIED = ['192.0.2.7', '::c000:207', '64:ff9b::c000:207', '2002:c000:207::/48'];

  it('returns its lists, the denied one with the IPv6 blocks that contain its addresses', () => {
    expect(bookOf({ rules: { ip: IP } }).ipInPolicy).to.deep.equal({
      allowedIps: ['192.0.2.0/24'],
      deniedIps: DENIED,
    });
    expect(bookOf({ rules: { ip: { allow: IP.allow } } }).ipInPolicy).to.deep.equal({
      allowedIps: IP.allow,
    });
    expect(bookOf({ rules: { ip: { deny: IP.deny } } }).ipInPolicy).to.deep.equal({ deniedIps: DENIED });
  });

  it('returns IPv4-mapped blocks as IPv4, each block once, in canonical text', () => {
    const allow = ['::ffff:10.0.0.0/104', '2001:DB8:0::/32'];
    const deny = ['::ffff:10.0.0.1', '64:ff9b::10.0.0.1'];
    expect(bookOf({ rules: { ip: { allow, deny } } }).ipInPolicy).to.deep.equal({
      allowedIps: ['10.0.0.0/8', '2001:db8::/32'],
      deniedIps: ['10.0.0.1', '64:ff9b::a00:1', '::a00:1', '2002:a00:1::/48'],
    });
  });

  it('is carried by a policy that decides as the rule does, for any address that repeats it', async () => {
    const blocks = [
      '10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '::ffff:10.1.0.0/112', '64:ff9b::/96', '2002:a00::/24', '::/0', '0.0.0.0/0',
    ]; // biome-ignore format: a table
    const addresses = [
      '10.1.2.3', '10.1.9.9', '10.2.0.1', '11.0.0.1', '::10.1.2.3', '64:ff9b::10.1.2.3', '64:ff9b::11.0.0.1',
      '2002:a01:203::1', '2002:a02:1::1', '2002:b00::1', '2001:db8::1',
    ]; // biome-ignore format: a table
    const list = fc.option(fc.uniqueArray(fc.constantFrom(...blocks), { minLength: 1, maxLength: 3 }), {
      nil: undefined,
    });
    const arn = arnOf('GET/a');
    await fc.assert(
      fc.asyncProperty(list, list, async (allow, deny) => {
        const ip = { ...(allow && { allow }), ...(deny && { deny }) };
        let book: ReturnType<typeof bookOf>;
        try {
          book = bookOf({ rules: { ip } });
        } catch (error) {
          // Neither list, or a block twice.
          expect(error).to.be.instanceOf(OptionError);
          return;
        }
        const document = withConditions(stagePolicy('Allow', arn), book.ipInPolicy ?? {}, arn);
        for (const clientIp of addresses) {
          const { request, token } = subjectOf({ clientIp, path: '/a' });
          const refusal = refusalIn(await book.begin(request, token).verdict());
          const replayed = evaluatePolicy(document, { resource: arn.text, sourceIp: clientIp });
          const place = `${clientIp} with ${JSON.stringify(ip)}`;
          expect(replayed, place).to.equal(refusal === null ? 'allow' : 'explicit-deny');
        }
      }),
      { numRuns: runs(60, 500) },
    );
  });

  it('is judged, but is not an input of the cache and not part of the grants', async () => {
    const options = { rules: { ip: IP }, routes: { 'GET /orders': { scopes: ['s'] }, 'GET /a': {} } };
    const stranger = subjectOf({ clientIp: '203.0.113.1' });
    const book = bookOf(options);
    expect(book.inputs).to.deep.equal([]);
    const judging = book.begin(stranger.request, stranger.token);
    expect([...judging.grants().routes]).to.deep.equal([0, 1]);
    expect(refusalIn(await judging.verdict())).to.have.property('code', 'ip_not_allowed');

    const plain = createRuleBook(options);
    expect(plain.ipInPolicy).to.equal(null);
    expect(plain.inputs).to.deep.equal(['source-ip']);
    expect([...plain.begin(stranger.request, stranger.token).grants().routes]).to.deep.equal([0, 0]);
  });

  it('leaves other inputs as they are', () => {
    const country = { allow: ['DE'], source: 'cloudfront' };
    const { inputs } = bookOf({ rules: { ip: IP, country } });
    expect(inputs).to.deep.equal(['header:cloudfront-viewer-country']);
  });

  const refused: readonly [what: string, options: Options][] = [
    ['no ip rule', {}],
    ['a rule that only reports', { rules: { ip: { ...IP, reportOnly: true } } }],
    ['a header as its source', { rules: { ip: { ...IP, source: 'cloudfront-viewer-address' } } }],
    [
      'two inputs',
      {
        rules: {
          ip: {
            ...IP,
            source: {
              header: 'x-forwarded-for',
              trustedHops: 1,
              proof: { header: 'x-proof', secret: 'a-secret-of-the-origin' },
            },
          },
        },
      },
    ],
    [
      'one of two routes that switches it off',
      { rules: { ip: IP }, routes: { 'GET /a': {}, 'GET /b': { ip: false } } },
    ],
    ['a route that switches it off', { rules: { ip: IP }, routes: { 'GET /a': { ip: false } } }],
    [
      'a route that replaces it',
      { rules: { ip: IP }, routes: { 'GET /a': { ip: { deny: ['192.0.2.8'] } } } },
    ],
    [
      'a route that replaces it, though undeclared paths are denied',
      { rules: { ip: IP }, routes: { 'GET /a': { ip: { deny: ['192.0.2.8'] } } }, undeclared: 'deny' },
    ],
    ['a rule of a route alone', { routes: { 'GET /a': { ip: IP } }, undeclared: 'deny' }],
  ];
  for (const [what, options] of refused) {
    it(`is refused with ${what}`, () => {
      expect(() => bookOf(options))
        .to.throw(OptionError)
        .with.property('option', 'conditions.sourceIp');
    });
  }

  it('is refused when its lists are too long for a policy', () => {
    const many = Array.from({ length: 86 }, (_, index) => `198.51.100.${100 + index}`);
    const bookFor = (last: string) => bookOf({ rules: { ip: { allow: [...many, '192.0.2.1', last] } } });
    expect(JSON.stringify(bookFor('1.1.1.1').ipInPolicy)).to.have.length(1500);
    expect(() => bookFor('1.1.1.10'))
      .to.throw(OptionError, 'at most 1500 bytes')
      .with.property('option', 'conditions.sourceIp');
  });
});
