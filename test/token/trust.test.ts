import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import { needsCommonAudience, parseTrust } from '../../lib/token/trust.ts';

const at = (name: string) => `options.${name}`;
const A = 'https://a.example/';
const B = 'https://b.example/';
const bound = { issuer: B, audience: 'urn:b' };
const own = { path: 'apis.orders', audiences: ['urn:orders'] };
const common = { path: 'apis.shop', audiences: null };

describe('needsCommonAudience', () => {
  const cases: readonly [string, object, readonly (typeof own | typeof common)[], boolean][] = [
    ['one issuer', { issuer: A }, [], true],
    ['a list of issuers', { issuer: [A, bound] }, [], true],
    ['a domain', { domain: ['a.example'] }, [], true],
    ['only issuers with an audience', { issuer: [bound] }, [], false],
    ['APIs with audiences of their own', { issuer: A }, [own], false],
    ['an API without', { issuer: A }, [own, common], true],
    ['an API without, whose issuers have audiences', { issuer: [bound] }, [common], false],
  ];
  for (const [title, options, apis, expected] of cases) {
    it(`is ${expected} for ${title}`, () => {
      expect(needsCommonAudience(options, apis)).to.equal(expected);
    });
  }
});

describe('parseTrust', () => {
  const listed = (map: ReadonlyMap<string, readonly string[]>) => Object.fromEntries(map);

  it('gives an issuer its own audiences, else the common ones', () => {
    const { audiencesOf, inheritedOf } = parseTrust({ issuer: [A, bound], audience: 'urn:a' }, at, []);
    expect(listed(audiencesOf)).to.deep.equal({ [A]: ['urn:a'], [B]: ['urn:b'] });
    expect(inheritedOf).to.equal(audiencesOf);
  });

  it('adds the audiences of the APIs, which others do not inherit', () => {
    const options = { issuer: [A, bound], audience: 'urn:a' };
    const { audiencesOf, inheritedOf } = parseTrust(options, at, [own, common]);
    expect(listed(audiencesOf)).to.deep.equal({ [A]: ['urn:a', 'urn:orders'], [B]: ['urn:b'] });
    expect(listed(inheritedOf)).to.deep.equal({ [A]: ['urn:a'], [B]: ['urn:b'] });
  });

  it('needs no common audience if each API has its own', () => {
    const { audiencesOf, inheritedOf } = parseTrust({ issuer: A }, at, [own]);
    expect(listed(audiencesOf)).to.deep.equal({ [A]: ['urn:orders'] });
    expect(listed(inheritedOf)).to.deep.equal({ [A]: [] });
  });

  const bad: readonly [string, object, readonly (typeof own)[], string][] = [
    ['issuer and domain', { issuer: A, domain: 'a.example', audience: 'a' }, [], 'options.issuer'],
    ['neither of them', { audience: 'a' }, [], 'options.domain'],
    ['no issuer', { issuer: [], audience: 'a' }, [], 'options.issuer'],
    ['an issuer twice', { issuer: [A, A], audience: 'a' }, [], 'options.issuer[1]'],
    ['no audience', { issuer: A }, [], 'options.audience'],
    ['an audience that no token needs', { issuer: [bound], audience: 'a' }, [], 'options.audience'],
    [
      'an audience of an API that all APIs share',
      { issuer: A },
      [{ path: 'apis.orders', audiences: [`${A}userinfo`] }],
      'apis.orders.audience',
    ],
  ];
  for (const [title, options, apis, path] of bad) {
    it(`refuses ${title}, and says why`, () => {
      expect(() => parseTrust(options, at, apis))
        .to.throw(OptionError, /^[\w.[\]]+: \w+ .*\w+/)
        .with.property('option', path);
    });
  }

  it('names the other option, and says what a list must hold', () => {
    const both = { issuer: A, domain: 'a.example', audience: 'a' };
    expect(() => parseTrust(both, at, [])).to.throw(/options\.issuer: .*options\.domain/);
    expect(() => parseTrust({ issuer: [], audience: 'a' }, at, [])).to.throw(/item/);
  });
});
