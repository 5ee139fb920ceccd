import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import type { AuthorizationRequest } from '../../lib/gateways/gateway.ts';
import { type EncodedSlashes, takesSlashesOf, withEncodedSlashes } from '../../lib/routes/encoded-slashes.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import { createRuleBook } from '../../lib/rules/rule-book.ts';
import { requestOf, tokenOf } from '../rules/subjects.ts';

type Routes = Readonly<Record<string, EncodedSlashes | null>>;

/** Key of the route whose rules apply, or the refusal's code and detail. */
function found(routes: Routes, request: Partial<AuthorizationRequest>): string {
  const options = Object.entries(routes).map(([key, encodedSlashes], index) => [
    key,
    { scopes: [`s${index}`], ...(encodedSlashes === null ? {} : { encodedSlashes }) },
  ]);
  const { rules } = createRuleBook({ routes: Object.fromEntries(options) }).begin(
    requestOf(request),
    tokenOf(),
  );
  if (rules.kind !== 'refused') return `${rules.kind} ${rules.route}`;
  return [rules.refusal.code, rules.refusal.detail].filter(Boolean).join(': ');
}

const FILES: Routes = {
  'GET /files/{id}': { id: 'data' },
  'GET /files/{id}/versions/{version}': { id: 'data' },
  'GET /users/{id}': null,
  'GET /tree/{path+}': { path: 'data' },
};

describe('takesSlashesOf', () => {
  const takes = (text: string, parameter: string, path: string) =>
    takesSlashesOf(
      withEncodedSlashes(
        parseRouteKey(text, 'routes'),
        { encodedSlashes: { [parameter]: 'data' } },
        'routes',
      ),
      path,
    );

  it('takes them in the parameter that is marked, and in every segment of a greedy one', () => {
    expect(takes('GET /files/{id}', 'id', '/files/a%2Fb')).to.equal(true);
    expect(takes('GET /{dir}/{id}', 'id', '/a%2Fb/c')).to.equal(false);
    expect(takes('GET /a/{b}/{rest+}', 'rest', '/a/b/c/d%2Fe')).to.equal(true);
    expect(takes('GET /a/{b}/{rest+}', 'rest', '/a/b%2F/c/d')).to.equal(false);
  });

  it('takes none after the last segment, at the root and without a path', () => {
    expect(takes('GET /files/{id}', 'id', '/files/a/b%2F')).to.equal(false);
    expect(takesSlashesOf(parseRouteKey('GET /', 'routes'), '/%2F')).to.equal(false);
    expect(takesSlashesOf(parseRouteKey('$default', 'routes'), '/a')).to.equal(false);
  });
});

describe('encodedSlashes', () => {
  it('must name a parameter of the route', () => {
    for (const [encodedSlashes, option] of [
      [{}, 'r.encodedSlashes'],
      [{ files: 'data' }, 'r.encodedSlashes.files'],
    ] as const) {
      const key = parseRouteKey('GET /files/{id}', 'r');
      expect(() => withEncodedSlashes(key, { encodedSlashes }, 'r'))
        .to.throw(OptionError, 'parameter')
        .with.property('option', option);
    }
  });

  it('has no detail about HTTP APIs if no route has it', () => {
    const request = { gateway: 'http-api-2.0', path: '/users/a%2Fb' } as const;
    expect(found({ 'GET /users/{id}': null }, request)).to.equal('ambiguous_path');
  });

  it('counts in no form of the path if one form is not readable, and not if the event names another route', () => {
    const path = '/files/a%2Fb';
    expect(found(FILES, { path, otherPaths: ['/files/..%2Fb'] })).to.equal('ambiguous_path');
    const routeTemplate = 'GET /files/{id}/versions/{version}';
    expect(found(FILES, { path, routeTemplate })).to.equal('ambiguous_path');
    const routes = { 'GET /files/{id}': { encodedSlashes: { id: 'data' } } };
    const judging = createRuleBook({ routes }).begin(requestOf({ path }), tokenOf());
    expect(judging.foundBy).to.equal('encoded');
  });

  for (const gateway of ['rest-request', 'rest-token'] as const) {
    it(`takes encoded slashes and percent signs as data in the parameters that it names on ${gateway}`, () => {
      for (const id of [
        'a%2Fb',
        'a%2fb',
        '%2F',
        '50%25',
        '%252F',
        'https%3A%2F%2Fx.example%2Fa%2520b',
        'a.b%2F.c',
      ]) {
        expect(found(FILES, { gateway, path: `/files/${id}` }), id).to.equal('route GET /files/{id}');
        expect(found(FILES, { gateway, path: `/files/${id}/versions/1` }), id).to.equal(
          'route GET /files/{id}/versions/{version}',
        );
        expect(found(FILES, { gateway, path: `/tree/a/${id}/${id}` }), id).to.equal(
          'route GET /tree/{path+}',
        );
      }
    });
  }

  it('refuses them everywhere else', () => {
    for (const path of [
      '/users/a%2Fb',
      '/files/1/versions/a%2Fb',
      '/files/a%2Fb/versions/50%25',
      '/files%2Fa',
      '/a%2Fb',
      '/fi%2Fles/1',
      '/%2Ffiles/1',
    ]) {
      expect(found(FILES, { path }), path).to.equal('ambiguous_path');
    }
  });

  it('refuses what would be another path for a reader who decodes it, once or more often', () => {
    for (const id of [
      '..%2Fa',
      'a%2F..',
      'a%2F.%2Fb',
      '%2E%2E%2Fa',
      '%252e%252e%252fa',
      'a%2F..%3Bx',
      '%25252E%252F',
    ])
      expect(found(FILES, { path: `/files/${id}` }), id).to.equal('ambiguous_path');
    for (const id of ['a%2Fb%20', 'a%2F%00', 'a%2F%5Cb', 'a%2F%41', 'a%2F%zz', 'a%2F\\b', 'a%2F%3Fb'])
      expect(found(FILES, { path: `/files/${id}` }), id).to.equal('ambiguous_path');
  });

  it('has no effect on HTTP APIs, which decode a path before they route it, and says so', () => {
    for (const gateway of ['http-api-1.0', 'http-api-2.0'] as const) {
      for (const path of ['/files/a%2Fb', '/files/a%252Fb', '/files/50%25']) {
        expect(found(FILES, { gateway, path }), path).to.match(
          /^ambiguous_path: `encodedSlashes` has no effect/,
        );
      }
      expect(found(FILES, { gateway, path: '/files/a//b' })).to.equal('ambiguous_path');
    }
  });

  it('refuses a path of which one form is decoded, since it leads elsewhere', () => {
    const decoded = { path: '/files/a%2Fb', otherPaths: ['/files/a/b'] };
    expect(found(FILES, decoded)).to.equal('ambiguous_path');
    expect(found({ ...FILES, 'GET /files/{id}/{part}': null }, decoded)).to.equal('ambiguous_path');
    expect(found(FILES, { path: '/files/a%2Fb', otherPaths: ['/files/a%2fb'] })).to.equal(
      'route GET /files/{id}',
    );
  });

  it('needs the option on each route that the path may belong to', () => {
    const both: Routes = { 'GET /{x}/{y}': { y: 'data' }, 'GET /a/{rest+}': null };
    expect(found(both, { path: '/a/1%2F2' })).to.equal('ambiguous_path');
    const marked: Routes = { ...both, 'GET /a/{rest+}': { rest: 'data' } };
    expect(found(marked, { path: '/a/1%2F2' })).to.equal('routes GET /{x}/{y}');
    const named = { path: '/files/a%2Fb', routeTemplate: 'GET /users/{id}' };
    expect(found(FILES, named)).to.equal('ambiguous_path');
    expect(found(FILES, { ...named, routeTemplate: 'ANY /{proxy+}' })).to.equal('route GET /files/{id}');
  });

  it('takes no path that no route has, nor one behind a base path mapping', () => {
    const open: Routes = { ...FILES, $default: null };
    expect(found(open, { path: '/other/a%2Fb' })).to.equal('ambiguous_path');
    expect(found(FILES, { path: '/v1/files/a%2Fb', routeTemplate: 'GET /files/{id}' })).to.equal(
      'ambiguous_path',
    );
  });

  it('needs no routes that differ: then no path is refused', () => {
    const routes = { 'GET /files/{id}': { encodedSlashes: { id: 'data' } } };
    const book = createRuleBook({ routes, undeclared: 'rules' });
    expect(book.begin(requestOf({ path: '/a%2Fb' }), tokenOf()).rules.kind).to.equal('undeclared');
  });

  it('is refused at start-up for a parameter that the route does not have, and for other values', () => {
    const refusal = (key: string, encodedSlashes: unknown) =>
      expect(() => createRuleBook({ routes: { [key]: { encodedSlashes } } })).to.throw(OptionError);
    const at = "routes\\['GET /files/\\{id\\}'\\]\\.encodedSlashes";
    const key = 'GET /files/{id}';
    refusal(key, { name: 'data' })
      .with.property('message')
      .that.matches(new RegExp(`^${at}\\.name: is no parameter of 'GET /files/`));
    refusal(key, { id: 'path' })
      .with.property('message')
      .that.matches(new RegExp(`^${at}\\.id: must be 'data'`));
    refusal(key, ['id'])
      .with.property('message')
      .that.matches(new RegExp(`^${at}: must be an object`));
    refusal(key, undefined)
      .with.property('message')
      .that.matches(new RegExp(`^${at}: is undefined`));
    refusal('GET /files', { id: 'data' })
      .with.property('message')
      .that.matches(/is no parameter of 'GET \/files'$/);
    refusal('$default', { id: 'data' })
      .with.property('message')
      .that.matches(/is no parameter of '\$default'$/);
    expect(() => createRuleBook({ routes: { [key]: null } })).to.throw(OptionError, /must be an object/);
  });
});
