import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import { isGreedy, METHODS, parseRouteKey } from '../../lib/routes/route-key.ts';

const refusalOf = (text: string): OptionError => {
  try {
    parseRouteKey(text, "routes['x']");
  } catch (error) {
    return error as OptionError;
  }
  throw new Error(`accepted ${JSON.stringify(text)}`);
};

describe('parseRouteKey', () => {
  it('reads literals, parameters and a greedy parameter', () => {
    expect(parseRouteKey('GET /users/{id}/files/{path+}', 'routes')).to.deep.equal({
      kind: 'path',
      key: 'GET /users/{id}/files/{path+}',
      method: 'GET',
      segments: [
        { kind: 'literal', text: 'users' },
        { kind: 'parameter', name: 'id' },
        { kind: 'literal', text: 'files' },
        { kind: 'greedy', name: 'path' },
      ],
      trailingSlash: false,
    });
  });

  it('reads the root and a trailing slash', () => {
    expect(parseRouteKey('ANY /', 'routes')).to.include({ method: 'ANY', trailingSlash: false });
    expect(parseRouteKey('ANY /', 'routes')).to.have.deep.property('segments', []);
    const slash = parseRouteKey('ANY /users/', 'routes');
    expect(slash).to.have.property('trailingSlash', true);
    expect(slash).to.have.property('segments').with.lengthOf(1);
  });

  it('reads $default and $connect', () => {
    expect(parseRouteKey('$default', 'routes')).to.deep.equal({ kind: 'default', key: '$default' });
    expect(parseRouteKey('$connect', 'routes')).to.deep.equal({ kind: 'connect', key: '$connect' });
  });

  for (const method of METHODS) {
    it(`reads the method ${method}`, () => {
      expect(parseRouteKey(`${method} /a`, 'routes')).to.have.property('method', method);
    });
  }

  it('accepts the characters that a path segment may contain', () => {
    expect(parseRouteKey("GET /v1.0/~me/a-b_c/events:batch/(x),y;z=1!'&+@$", 'routes'))
      .to.have.property('segments')
      .with.lengthOf(5);
  });

  it('accepts segments that begin with dots', () => {
    for (const text of ['.well-known', '..a', '...']) {
      expect(parseRouteKey(`GET /${text}`, 'routes'))
        .to.have.property('segments')
        .that.deep.equals([{ kind: 'literal', text }]);
    }
  });

  const refused: readonly [text: string, reason: RegExp][] = [
    ['', /must be a method and a path/],
    ['GET', /must be a method and a path/],
    ['/users', /must be a method and a path/],
    ['get /users', /must be a method and a path/],
    ['TRACE /users', /with one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, ANY;/],
    ['GET/', /must be a method and a path/],
    [' GET /users', /must be a method and a path/],
    ['GET  /users', /one space/],
    ['GET users', /leading/],
    ['GET ', /leading/],
    ['GET\t/users', /must be a method and a path/],
    ['GET //users', /empty segment/],
    ['GET /users//1', /empty segment/],
    ['GET //', /empty segment/],
    ['GET /a/./b', /'\.' segment/],
    ['GET /a/../b', /'\.\.' segment/],
    ['GET /a/..;/b', /'\.\.;' segment: requests with such a path are refused/],
    ['GET /a/.;x', /'\.;x' segment/],
    ['GET /;x', /';x' segment/],
    ['GET /users/*', /\{proxy\+\}/],
    ['GET /users/{id}.json', /whole segment/],
    ['GET /users/x{id}', /whole segment/],
    ['GET /users/{}', /whole segment/],
    ['GET /users/{+}', /whole segment/],
    ['GET /users/{a b}', /whole segment/],
    ['GET /users/{id', /whole segment/],
    ['GET /users/id}', /whole segment/],
    ['GET /users?x=1', /query string/],
    ['GET /users#x', /query string/],
    ['GET /caf%C3%A9', /percent-encoding/],
    ['GET /café', /a literal may contain only/],
    ['GET /a\\b', /a literal may contain only/],
    ['GET /users ', /a literal may contain only/],
    ['GET /orders/:id', /write a parameter as \{id\}, not :id/],
    ['GET /{proxy+}/x', /put the greedy parameter last/],
    ['GET /{proxy+}/', /put the greedy parameter last/],
    ['GET /{a+}/{b+}', /put the greedy parameter last/],
    ['GET /{id}/x/{id}', /two parameters with the same name/],
    ['GET /{id}/x/{id+}', /two parameters with the same name/],
    ['$disconnect', /\$connect only/],
    ['$default ', /\$connect only/],
    ['$sendmessage', /\$connect only/],
  ];
  for (const [text, reason] of refused) {
    it(`throws with the option's path and advice for ${JSON.stringify(text)}`, () => {
      const error = refusalOf(text);
      expect(error).to.be.instanceOf(OptionError);
      expect(error.option).to.equal("routes['x']");
      expect(error.message).to.match(reason);
    });
  }
});

describe('isGreedy', () => {
  for (const [text, expected] of [
    ['GET /files/{path+}', true],
    ['GET /files/{path}', false],
    ['GET /', false],
    ['$default', false],
    ['$connect', false],
  ] as const) {
    it(`returns ${expected} for ${text}`, () => {
      expect(isGreedy(parseRouteKey(text, 'routes'))).to.equal(expected);
    });
  }
});
