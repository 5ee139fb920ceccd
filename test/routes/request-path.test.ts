import { expect } from 'chai';
import fc from 'fast-check';
import { isCanonicalPath } from '../../lib/routes/request-path.ts';

/** With its dot segments gone, as a URL's are. */
const resolved = (path: string): string =>
  new URL(path.replaceAll('%', '%25').replaceAll(' ', '%20'), 'https://h').pathname;

describe('isCanonicalPath', () => {
  const canonical = [
    '/',
    '/users/1',
    '/users/',
    '/a.b/..c/...',
    '/.well-known/jwks.json',
    "/~joe/x;y=1/a:b@c/$-_.+!*'(),&=",
    '/a%20b',
    '/auth0%7C123',
    '/caf%C3%A9',
    '/caf%c3%a9',
    '/%E2%82%AC/%F0%9F%98%80',
    '/café',
    '/a%3Bb',
    '/a b',
    '/a%C2%A0b/c%E2%80%8Bd',
    '/%C2%A1hola/se%C3%B1or%C2%BF',
    '/%E2%80%90/%E2%80%A7/%E3%80%81/%EF%BB%BE',
  ];
  for (const path of canonical) {
    it(`accepts ${path}`, () => expect(isCanonicalPath(path)).to.equal(true));
  }

  const ambiguous = [
    '',
    'users',
    '//',
    '//users',
    '/users//1',
    '/users//',
    '/.',
    '/..',
    '/./users',
    '/users/./1',
    '/users/..',
    '/a/../b',
    '/a/..%2fb',
    '/a/%2e%2e/b',
    '/a/.%2E/b',
    '/a/%2E',
    '/a%2Fb',
    '/a%2fb',
    '/a%5Cb',
    '/a%5cb',
    '/a\\b',
    '/a%',
    '/a%2',
    '/a%zz',
    '/%61dmin',
    '/%41',
    '/%7Ejoe',
    '/%2D%5f',
    '/%30',
    '/a%00',
    '/a%0d%0a',
    '/a%1F',
    '/a%7f',
    '/a\u0000b',
    '/a\nb',
    '/a\u007f',
    '/50%25',
    '/50%25%20off',
    '/a%252Fb',
    '/a%252e',
    '/a?b',
    '/a#b',
    '/a%3Fb',
    '/a%3fb',
    '/a%23b',
    '/public/..;/admin/x',
    '/public/..%3b/admin/x',
    '/public/..%3B/admin/x',
    '/public/..;x=1/admin',
    '/.;/admin',
    '/.%3Bx/admin',
    '/a/..;',
    '/;/admin',
    '/a/;x=1/b',
    '/a/%3b/b',
    '/a%C0%AFb',
    '/a%c1%9c',
    '/a%E0%80%AF',
    '/a%F0%80%80%AF',
    '/a%F5%80%80%80',
    '/a%FF',
  ];
  for (const path of ambiguous) {
    it(`refuses ${JSON.stringify(path)}`, () => expect(isCanonicalPath(path)).to.equal(false));
  }

  // HTTP APIs hand `/admin%20` to the backend as `/admin `, for which several frameworks serve `/admin`.
  describe('refuses white space at the edges of a segment', () => {
    const trimmed = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
      (character) => !/^[\ud800-\udfff]$/.test(character) && `${character}a`.trim() === 'a',
    );
    const marks = ['\u0080', '\u0085', '\u009f', '\u180e', '\u200b', '\u200f', '\u202e', '\u2060'];

    for (const character of [...trimmed, ...marks]) {
      it(`U+${character.charCodeAt(0).toString(16).padStart(4, '0')}, raw and encoded`, () => {
        const encoded = encodeURIComponent(character);
        for (const space of [character, encoded, encoded.toLowerCase(), `${encoded}${character}`]) {
          for (const path of [
            `/admin${space}`,
            `/admin${space}/x`,
            `/${space}admin`,
            `/x/${space}`,
            `/${space}`,
          ]) {
            expect(isCanonicalPath(path), JSON.stringify(path)).to.equal(false);
          }
        }
      });
    }
  });

  it('refuses a path that has other segments after decoding it once or twice', () => {
    const piece = fc.constantFrom(
      '/',
      'a',
      '.',
      '..',
      '%2e',
      '%2F',
      '%252f',
      '%25',
      '2f',
      '%',
      '%5C',
      '\\',
      '%41',
      '%20',
      '%23',
      '%3f',
      ';',
      '%3B',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = `/${pieces.join('')}`;
        if (!isCanonicalPath(path)) return;
        const segments = path.split('/').length;
        const decoded = path.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        );
        expect(decoded.split(/[/\\]/)).to.have.lengthOf(segments);
        expect(resolved(decoded).split('/')).to.have.lengthOf(segments);
        expect(decoded).to.not.match(/[?#]|%2f|%5c|%2e/i);
        const withoutParameters = decoded.replace(/;[^/]*/g, '');
        expect(resolved(withoutParameters).split('/')).to.have.lengthOf(segments);
        expect(withoutParameters).to.not.contain('//');
      }),
      { numRuns: 3000 },
    );
  });
});
