import { expect } from 'chai';
import { fits, fitsTemplate } from '../../lib/routes/route-fit.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';

const keyOf = (text: string) => parseRouteKey(text, 'routes');

describe('fits', () => {
  for (const [text, path, expected] of [
    ['$default', '/a', true],
    ['$connect', '/a', false],
    ['GET /', '/', true],
    ['GET /', '/a', false],
    ['GET /a', '/a', true],
    ['GET /a', '/a/', false],
    ['GET /a/', '/a/', true],
    ['GET /a/', '/a', false],
    ['GET /a/', '/a/b', false],
    ['GET /{id}', '/7', true],
    ['GET /{id}', '/', false],
    ['GET /{id}', '/7/8', false],
    ['GET /a/{p+}', '/a/b/c', true],
    ['GET /a/{p+}', '/a', false],
    ['GET /a/{p+}', '/b/c', false],
  ] as const) {
    it(`${expected ? 'takes' : 'does not take'} ${path} as ${text}`, () => {
      expect(fits(keyOf(text), path)).to.equal(expected);
    });
  }
});

describe('fitsTemplate', () => {
  for (const [text, template, expected] of [
    ['$default', 'GET /a', true],
    ['GET /users/{id}', 'GET /users/{userId}', true],
    ['ANY /users/{id}', 'GET /users/{userId}', true],
    ['ANY /users/{id}', 'ANY /users/{userId}', true],
    ['GET /users/{id}', 'ANY /users/{id}', false],
    ['GET /users/{id}', 'POST /users/{id}', false],
    ['GET /users/{id}', 'GET /users/me', true],
    ['GET /users/me', 'GET /users/{id}', false],
    ['ANY /{p+}', '$default', false],
    ['GET /{id}', 'GET /{p+}', false],
    ['GET /', 'GET /{p+}', false],
    ['GET /{p+}', 'GET /{proxy+}', true],
    ['GET /a/b/{p+}', 'GET /a/b/{proxy+}', true],
    ['GET /{p+}', 'GET /a/b', true],
  ] as const) {
    it(`${expected ? 'takes' : 'does not take'} every path of ${template} as ${text}`, () => {
      expect(fitsTemplate(keyOf(text), template)).to.equal(expected);
    });
  }
});
