import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import { createRuleBook } from '../../lib/rules/rule-book.ts';
import { refusalIn, subjectOf } from './subjects.ts';

type Options = Parameters<typeof createRuleBook>[0];

const IP = { allow: ['192.0.2.0/24'], deny: ['192.0.2.7'] };
const bookOf = (options: Options) => createRuleBook({ ...options, ipInPolicy: true });

describe('an ip rule that policies carry', () => {
  it('returns its lists as they are in the options', () => {
    expect(bookOf({ rules: { ip: IP } }).ipInPolicy).to.deep.equal({
      allowedIps: ['192.0.2.0/24'],
      deniedIps: ['192.0.2.7'],
    });
    expect(bookOf({ rules: { ip: { allow: IP.allow } } }).ipInPolicy).to.deep.equal({
      allowedIps: IP.allow,
    });
    expect(bookOf({ rules: { ip: { deny: IP.deny } } }).ipInPolicy).to.deep.equal({ deniedIps: IP.deny });
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
    const deny = Array.from({ length: 200 }, (_, index) => `198.51.100.${index}`);
    expect(() => bookOf({ rules: { ip: { deny } } })).to.throw(OptionError, 'at most 1500 bytes');
  });
});
