import { expect } from 'chai';
import { type ExecuteApiArn, parseExecuteApiArn } from '../../lib/iam/arn.ts';
import { createPolicyCompiler } from '../../lib/policy-compiler/compiler.ts';
import { arnOf, PREFIX } from './support/arns.ts';
import { ARN, allowed, documentOf, explain, HTTP, tailsOf, verdicts } from './support/documents.ts';
import { parse } from './support/tables.ts';

describe('the policy compiler', () => {
  it('does not open /users/1/secrets along with /users/{id}', () => {
    const { document } = explain({ 'GET /users/{id}': true, 'GET /users/{id}/secrets': false });
    expect(verdicts(document, ['GET/users/1', 'GET/users/1/secrets', 'GET/users/1/secrets/'])).to.deep.equal([
      'allow',
      'explicit-deny',
      'explicit-deny',
    ]);
  });

  it('allows the stage at once when everything is granted', () => {
    const { document } = explain({ 'GET /users': true, 'ANY /files/{proxy+}': true });
    expect(tailsOf(document, 'Allow')).to.deep.equal(['*']);
    expect(tailsOf(document, 'Deny')).to.deep.equal([]);
  });

  describe('for the stage *, which AWS writes in its sample event', () => {
    const anyStage = parseExecuteApiArn(ARN.text.replace('/prod/', '/*/')) as ExecuteApiArn;
    const table = {
      'ANY /orders': true,
      'GET /orders/{id}': true,
      'GET /': true,
      'ANY /files/{proxy+}': true,
      'ANY /admin/{proxy+}': false,
    };

    for (const undeclared of [true, false]) {
      const documents = () =>
        [explain(table, { undeclared, arn: anyStage }), explain(table, { undeclared })].map(
          ({ document }) => document,
        );

      it(`says on every stage what it would for that stage (undeclared ${undeclared ? 'granted' : 'denied'})`, () => {
        const [any = null, own = null] = documents();
        const tails = ['GET/', 'PUT/orders', 'POST/orders', 'GET/orders/7', 'POST/orders/7', 'PUT/admin/a/b'];
        const expected = verdicts(own, tails);
        expect(expected).to.include('allow').and.include('explicit-deny');
        for (const stage of ['*', 'prod', 'v2', '$default']) {
          expect(verdicts(any, tails, PREFIX.replace('/prod/', `/${stage}/`)), stage).to.deep.equal(expected);
        }
      });

      it(`allows no deeper path that ends alike (undeclared ${undeclared ? 'granted' : 'denied'})`, () => {
        const [any = null, own = null] = documents();
        const ends = [
          'GET/',
          'GET/orders',
          'PUT/orders',
          'abc/orders',
          'GET/orders/7',
          'GET/orders/GET/orders',
        ];
        const tails = ends.flatMap((end) => [`POST/x/${end}`, `GET/admin/${end}`, `DELETE/${end}`]);
        const open = allowed(any, tails);
        expect(allowed(own, tails)).to.include.members(open);
      });
    }
  });

  it('denies the stage at once when nothing is', () => {
    const { document } = explain({ 'GET /users': false, 'POST /users': false }, { undeclared: false });
    expect(document?.Statement).to.deep.equal([
      { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${PREFIX}*`] },
    ]);
  });

  it('denies explicitly what is declared and not granted, whatever else is', () => {
    const table = { 'GET /a': true, 'GET /b': false, 'POST /a/{x}': false, 'ANY /c/{proxy+}': false };
    for (const undeclared of [true, false]) {
      const { document, kind } = explain(table, { undeclared });
      expect(kind).to.equal('exact');
      expect(new Set(verdicts(document, ['GET/b', 'POST/a/1', 'HEAD/c/d/e', 'OPTIONS/c/']))).to.deep.equal(
        new Set(['explicit-deny']),
      );
    }
  });

  describe('denies explicitly all paths that are longer than the granted ones', () => {
    const denied = (table: Record<string, boolean>, tails: readonly string[]) => {
      const { document } = explain(table, { undeclared: false });
      return verdicts(document, tails).map((verdict) => verdict === 'explicit-deny');
    };

    it('if a closed route takes them, and the granted ones of the verb have no parameter', () => {
      const table = { 'GET /me': true, 'GET /us': true, 'POST /me/{id}': true, 'ANY /{proxy+}': false };
      expect(denied(table, ['GET/me', 'GET/us', 'GET/ab', 'GET/abc', 'GET/me/x', 'PUT/a'])).to.deep.equal([
        ...[false, false, false],
        ...[true, true, true],
      ]);
      expect(denied(table, ['POST/me/1', 'POST/abcdef'])).to.deep.equal([false, false]);
    });

    it('but not if every closed route has a Deny of its own, or if a granted path is very long', () => {
      expect(denied({ 'GET /me': true, 'GET /a/{proxy+}': false }, ['GET/abcdef'])).to.deep.equal([false]);
      const beyond = (length: number) =>
        denied({ [`GET /${'x'.repeat(length)}`]: true, 'GET /{proxy+}': false }, [`GET/${'y'.repeat(90)}`]);
      expect([59, 60, 80].flatMap(beyond)).to.deep.equal([true, false, false]);
    });

    it('but not of methods that no route names', () => {
      const { document } = explain({ 'ANY /me': true, 'ANY /{proxy+}': false }, { undeclared: false });
      const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((verb) => `${verb}/???*`);
      expect(tailsOf(document, 'Deny').filter((tail) => tail.endsWith('/???*'))).to.have.members(all);
    });

    it('but not if the caller may use undeclared ones', () => {
      const { document } = explain({ 'GET /{page}': false, 'GET /a/b': true });
      expect(allowed(document, ['GET/a/b', 'GET/a/bcd', 'GET/abc'])).to.deep.equal(['GET/a/b', 'GET/a/bcd']);
    });
  });

  it('lets literals go before parameters before greedy parameters', () => {
    const table = { 'GET /users/me': false, 'GET /users/{id}': true, 'GET /{proxy+}': false };
    const { document } = explain(table, { undeclared: false });
    const tails = ['GET/users/1', 'GET/users/me', 'GET/users', 'GET/users/1/2', 'GET/'];
    expect(allowed(document, tails)).to.deep.equal(['GET/users/1']);
  });

  it('tells the verbs of ANY apart from those that a path has of its own', () => {
    const table = { 'ANY /a': true, 'POST /a': false, 'ANY /b': false, 'GET /b': true };
    const { document } = explain(table, { undeclared: false });
    const tails = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].flatMap((verb) => [
      `${verb}/a`,
      `${verb}/b`,
    ]);
    const expectedTails = ['GET/a', 'GET/b', 'HEAD/a', 'PUT/a', 'PATCH/a', 'DELETE/a', 'OPTIONS/a'];
    expect(allowed(document, tails)).to.deep.equal(expectedTails);
  });

  it('keeps the root and final slashes apart', () => {
    const table = { 'GET /': true, 'GET /a': true, 'GET /b/': true, 'GET /c': false };
    const { document } = explain(table, { undeclared: false });
    const tails = ['GET/', 'GET/a', 'GET/a/', 'GET/b', 'GET/b/', 'GET/c', 'GET/c/'];
    expect(allowed(document, tails)).to.deep.equal(['GET/', 'GET/a', 'GET/b/']);
  });

  it('grants a final slash that one route declares only along with the route without it, as REST APIs route', () => {
    const tails = ['GET/b', 'GET/b/', 'GET/x/'];
    const ofBoth = (without: boolean, pattern: string) =>
      allowed(explain({ 'GET /b': without, [pattern]: true }, { undeclared: false }).document, tails);
    expect(ofBoth(false, 'GET /b/')).to.deep.equal([]);
    expect(ofBoth(true, 'GET /b/')).to.deep.equal(['GET/b', 'GET/b/']);
    expect(ofBoth(false, 'GET /{page}/')).to.deep.equal(['GET/x/']);
    expect(ofBoth(true, 'GET /{page}/')).to.deep.equal(['GET/b', 'GET/b/', 'GET/x/']);
  });

  it('grants a final slash that no route declares only along with the route without it', () => {
    const table = { 'GET /a': false, 'GET /files/{id}': false, 'GET /files/{proxy+}': true };
    const { kind } = explain({ ...table, 'GET /files/{id}/{part}': true });
    expect(kind).to.equal('partial');
    const other = explain({ 'GET /a': false, 'GET /b': true }).document;
    expect(allowed(other, ['GET/a/', 'GET/b/', 'GET/x/'])).to.deep.equal(['GET/b/', 'GET/x/']);
  });

  describe('shuts a path without its final slash, too, if only the path with it is declared, and not granted', () => {
    const cases = [
      [{ 'GET /a/x/': false, 'GET /a/{rest+}': true }, ['a/x', 'a/x/'], ['a/y', 'a/x/y']],
      [{ 'GET /a/{x}/': false, 'GET /{p}/{q}': true }, ['a/1', 'a/1/'], ['b/1']],
      [{ 'GET /a/b/{x}/': false, 'GET /{p}/{q}/{r}': true }, ['a/b/1', 'a/b/1/'], ['a/c/1', 'c/b/1']],
      [{ 'GET /a/{x}/b/': false, 'GET /{p}/{q}/{r}': true }, ['a/1/b', 'a/1/b/'], ['a/1/c', 'b/1/b']],
      [
        { 'GET /a/b/{x}/': false, 'GET /{p}/{q}/{r}': true, 'GET /a/b/': true },
        ['a/b/1', 'a/b/1/'],
        ['a/b/', 'a/c/1'],
      ],
    ] as const;
    for (const [table, shut, open] of cases) {
      it(Object.keys(table).join(', '), () => {
        for (const routing of ['rest', 'http'] as const) {
          for (const mode of ['deny', 'absent', 'rules'] as const) {
            const { document } = explain(table, { mode, routing });
            const tails = [...shut, ...open].map((path) => `GET/${path}`);
            expect(allowed(document, tails), `${routing} ${mode}`).to.deep.equal(
              open.map((path) => `GET/${path}`),
            );
          }
        }
      });
    }
  });

  it('knows every partition, and the $default stage', () => {
    for (const partition of ['aws', 'aws-cn', 'aws-us-gov']) {
      const prefix = `arn:${partition}:execute-api:cn-north-1:123456789012:abc/$default/`;
      const { document } = explain({ 'GET /a': true, 'GET /b': false }, { arn: arnOf('GET/a', prefix) });
      expect(verdicts(document, ['GET/a', 'GET/b', 'GET/x//y'], prefix)).to.deep.equal([
        'allow',
        'explicit-deny',
        'explicit-deny',
      ]);
      expect(JSON.stringify(document)).to.not.contain(partition === 'aws' ? 'arn:aws-' : 'arn:aws:');
    }
  });

  it('takes an account that is not of twelve digits for the name that an emulator writes', () => {
    const guards = (account: string) => {
      const { document } = explain(
        { 'GET /a': true, 'GET /b': false },
        { arn: arnOf('GET/', `arn:aws:execute-api:eu-west-1:${account}:abcdef1234/prod/`) },
      );
      return JSON.stringify(document).replaceAll(account, 'ACCOUNT');
    };
    expect(guards('1234567890123')).to.equal(guards('random-account'));
    expect(guards('12345678901')).to.equal(guards('random-account'));
    expect(guards('123456789012')).to.not.equal(guards('random-account'));
  });

  it('answers WebSocket by $connect, else by $default, else as undeclared', () => {
    const arn = arnOf('$connect');
    const outcome = (table: Record<string, boolean>, undeclared: boolean) =>
      verdicts(explain(table, { undeclared, arn }).document, ['$connect'])[0];
    expect(outcome({ $connect: true }, false)).to.equal('allow');
    expect(outcome({ $connect: false }, true)).to.equal('explicit-deny');
    expect(outcome({ 'GET /a': false }, true)).to.equal('allow');
    expect(outcome({ 'GET /a': true }, false)).to.equal('explicit-deny');
    expect(outcome({ $default: true }, false)).to.equal('allow');
    expect(outcome({ 'GET /a': true, $default: false }, true)).to.equal('explicit-deny');
    expect(outcome({ $default: true, $connect: false }, true)).to.equal('explicit-deny');
  });

  it('takes $default for all that is undeclared', () => {
    const table = { $default: true, 'GET /a': false };
    expect(verdicts(explain(table, { undeclared: false }).document, ['GET/x', 'GET/a'])).to.deep.equal([
      'allow',
      'explicit-deny',
    ]);
    const closed = explain({ $default: false, 'GET /a': true }, { undeclared: true }).document;
    expect(allowed(closed, ['GET/x', 'GET/a', 'GET/a/b'])).to.deep.equal(['GET/a']);
  });

  it('keeps undeclared paths open as far as the routes beside them allow', () => {
    const table = { 'GET /users/{id}': false, 'GET /users/{id}/posts': true, 'POST /users': false };
    const { document } = explain(table);
    const tails = ['GET/users/1', 'GET/users/1/posts', 'GET/users/1/likes', 'PUT/x', 'POST/y', 'POST/users'];
    expect(allowed(document, tails)).to.deep.equal([
      'GET/users/1/posts',
      'GET/users/1/likes',
      'PUT/x',
      'POST/y',
    ]);
  });

  it('refuses from the cache too what is refused as ambiguous', () => {
    const { document } = explain({ 'GET /files/{proxy+}': true, 'GET /a': false });
    const tails = ['a//b', 'a/./b', 'a/../b', 'a/.', 'a/..', 'a%2Fb', 'a%2fb', 'a%5Cb', '%2e%2E'];
    expect(
      allowed(
        document,
        tails.map((tail) => `GET/files/${tail}`),
      ),
    ).to.deep.equal([]);
    const lenient = ['..;/a', '.;/a', '..%3b/a', '..%3B/a', '.%3bx/a', '.%3B', ';x/a', '%3B/a', '%3b/a'];
    expect(
      allowed(
        document,
        [...lenient, 'a%23', 'a%3Fb', 'a%3fb'].map((tail) => `GET/files/${tail}`),
      ),
    ).to.deep.equal([]);
    expect(allowed(document, ['GET/files/a.b/..c/x%20y', 'GET/files/a;b/c%3Bd/e..;f'])).to.have.lengthOf(2);
  });

  it('shuts the spelling of a denied literal in percent-encoding', () => {
    const { document } = explain({
      'GET /admin': false,
      'GET /(x)': false,
      'GET /users': true,
      $default: true,
    });
    const tails = ['GET/%61dmin', 'GET/adm%69n', 'GET/admi%6e', 'GET/admi%6E', 'GET/users', 'GET/x%20y'];
    expect(allowed(document, tails)).to.deep.equal(['GET/users', 'GET/x%20y']);
  });

  for (const mode of ['absent', 'rules'] as const) {
    it(`shuts it where one Deny stands for many routes (undeclared paths: ${mode})`, () => {
      const items = Array.from({ length: 40 }, (_, index) => `item-${index}`);
      const routes = items.flatMap((item) => [
        [`GET /${item}/{part}`, true],
        [`GET /${item}/secret`, false],
      ]);
      const { document } = explain(Object.fromEntries(routes), { mode, undeclared: false });
      expect(tailsOf(document, 'Deny')).to.not.include('GET/item-5/secret');
      const tails = ['GET/item-5/x', 'GET/item-5/secret', 'GET/item-5/%73ecret'];
      expect(verdicts(document, tails)).to.deep.equal(['allow', 'explicit-deny', 'explicit-deny']);
    });
  }

  it('shuts the encoding of a reserved character in a denied literal', () => {
    const { document } = explain({ 'POST /orders:purge': false, $default: true });
    const tails = ['POST/orders%3Apurge', 'POST/orders%3apurge', 'POST/orders%40purge'];
    expect(allowed(document, tails)).to.deep.equal(['POST/orders%40purge']);
  });

  it('writes neither names of parameters nor anything of the request into a policy', () => {
    const { document } = explain({ 'GET /users/{userId}': true }, { arn: arnOf('GET/users/*') });
    expect(JSON.stringify(document)).to.not.contain('userId');
    expect(document).to.deep.equal(explain({ 'GET /users/{userId}': true }).document);
  });
});

describe('a grant that no policy can express', () => {
  const table = {
    'GET /repos/{id}': true,
    'GET /repos/{id}/labels': false,
    'GET /repos/{id}/issues/{number}/labels': true,
  };

  it('is covered in part, without the later of two routes that exclude each other', () => {
    const { kind, document, leftOut, obstacle } = explain(table);
    expect([kind, leftOut]).to.deep.equal(['partial', [2]]);
    expect(obstacle).to.deep.equal({ opens: 0, denied: 1, shuts: 2 });
    const tails = ['GET/repos/1', 'GET/repos/1/labels', 'GET/repos/1/issues/2/labels'];
    expect(allowed(document, tails)).to.deep.equal(['GET/repos/1']);
  });

  it('is covered for the route that was asked for, whichever it is', () => {
    const { leftOut, document } = explain(table, { asked: [2] });
    expect(leftOut).to.deep.equal([0]);
    const tails = ['GET/repos/1', 'GET/repos/1/labels', 'GET/repos/1/issues/2/labels'];
    expect(allowed(document, tails)).to.deep.equal(['GET/repos/1/issues/2/labels']);
  });

  it('is covered for the route that was asked for if a greedy route beside it cannot be', () => {
    const greedy = { 'GET /{page}': false, 'GET /a': true, 'GET /{rest+}': true };
    for (const routing of ['rest', 'http'] as const) {
      const { leftOut, document } = explain(greedy, { mode: 'deny', routing, asked: [1] });
      expect(leftOut, routing).to.deep.equal([2]);
      expect(allowed(document, ['GET/a', 'GET/b', 'GET/b/c']), routing).to.deep.equal(['GET/a']);
    }
  });

  it('is covered for a route that another caller asked for lately rather than for one that nobody did', () => {
    const compiler = createPolicyCompiler({ routes: parse(Object.keys(table)) });
    const leftOutOf = (routes: readonly number[], asked: readonly number[]) => {
      const policy = compiler.compile({ routes, undeclared: false }, ARN, { routing: HTTP, asked });
      return policy.kind === 'none' ? null : policy.leftOut;
    };
    expect(leftOutOf([0, 0, 1], [2])).to.deep.equal([]);
    expect(leftOutOf([1, 0, 1], [])).to.deep.equal([0]);
  });

  it('is covered for the routes that were asked for last if all of it takes too many steps', () => {
    const tenants = parse(Array.from({ length: 100 }, (_, at) => `GET /{tenant}/r${at}/{id}`));
    const compiler = createPolicyCompiler({ routes: tenants });
    const compile = (isGranted: (route: number) => boolean, asked: readonly number[]) => {
      const granted = { routes: [...tenants.keys()].map(isGranted), undeclared: false };
      return compiler.compile(granted, ARN, { routing: HTTP, asked });
    };
    const latest = Array.from({ length: 14 }, (_, index) => 57 + index);
    const earlier = Array.from({ length: 56 }, (_, index) => 1 + index);
    for (const route of [...earlier, ...latest, 1]) compile(() => false, [route]);
    const policy = compile((route) => route > 0, []);
    if (policy.kind === 'none') throw new Error('no document');
    const granted = [...tenants.keys()].slice(1);
    expect(granted.filter((route) => !policy.leftOut.includes(route))).to.deep.equal([1, ...latest]);
  });

  it('leaves the other grants of the same table exact', () => {
    const keys = Object.keys(table);
    const compiler = createPolicyCompiler({ routes: parse(keys) });
    const exact = Array.from({ length: 8 }, (_, bits) => keys.map((_, index) => (bits >> index) & 1)).filter(
      (routes) => {
        const request = { routing: HTTP, asked: [] };
        return compiler.compile({ routes, undeclared: true }, ARN, request).kind === 'exact';
      },
    );
    expect(exact).to.have.lengthOf(7);
  });

  it('has a document for each single route, right for all of its paths', () => {
    const compiler = createPolicyCompiler({ routes: parse(Object.keys(table)) });
    const tails = [
      'GET/repos/1',
      'GET/repos/1/labels',
      'GET/repos/1/issues/2/labels',
      'GET/repos/1/x',
      'PUT/a',
    ];
    for (const route of [0, 1, 2]) {
      const routes = [0, 1, 2].map((index) => index === route);
      expect(allowed(documentOf(compiler, { routes, undeclared: false }), tails)).to.deep.equal([
        tails[route],
      ]);
    }
  });

  it('undeclared paths below a parameter cannot be denied when some of them are granted', () => {
    const nested = { 'GET /users/{id}': true, 'GET /users/{id}/posts': true };
    expect(explain(nested).kind).to.equal('exact');
    expect(explain(nested, { mode: 'deny' })).to.deep.include({
      kind: 'partial',
      leftOut: [1],
      obstacle: { opens: 0, denied: null, shuts: 1 },
    });
    expect(explain(nested, { mode: 'absent' }).kind).to.equal('exact');
  });

  it('names the route that a final slash belongs to', () => {
    const { obstacle } = explain({
      'GET /a/{x}': false,
      'GET /a/{proxy+}': true,
    });
    expect(obstacle).to.deep.equal({ opens: 1, denied: 0, shuts: 1 });
  });
});

describe('the size of a compiled policy', () => {
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`GET /group-${index % 6}/item-${index}/{id}`, index % 6 === 0]),
  );

  it('stays within the bytes given, by fewer and wider Denies first', () => {
    const tight = explain(many, { maxBytes: 100_000 });
    const wide = explain(many, { maxBytes: tight.bytes - 1 });
    expect([tight.kind, wide.kind]).to.deep.equal(['exact', 'exact']);
    expect(wide.bytes).to.be.below(tight.bytes);
    for (const { document } of [tight, wide]) {
      expect(verdicts(document, ['GET/group-0/item-6/1', 'GET/group-1/item-1/1', 'PUT/x'])).to.deep.equal([
        'allow',
        'explicit-deny',
        'allow',
      ]);
    }
  });

  it('keeps a granted final slash while it shuts the others', () => {
    const table = { ...many, 'GET /group-1/': true };
    const tight = explain(table, { maxBytes: 100_000 });
    const { kind, document } = explain(table, { maxBytes: tight.bytes - 1 });
    expect(kind).to.equal('exact');
    const tails = ['GET/group-1/', 'GET/group-1/item-1/1/'];
    expect(verdicts(document, tails)).to.deep.equal(['allow', 'explicit-deny']);
  });

  it('then leaves out routes, and says which', () => {
    const table = Object.fromEntries(
      Array.from({ length: 90 }, (_, at) => [`GET /g${at % 30}/{x}/item-${at}`, at % 3 !== 0]),
    );
    const whole = explain(table, { mode: 'deny', maxBytes: 100_000 });
    const part = explain(table, { mode: 'deny', maxBytes: 4000, asked: [89] });
    expect([whole.kind, part.kind]).to.deep.equal(['exact', 'partial']);
    expect(part.bytes).to.be.at.most(4000);
    expect(part.leftOut).to.not.include(89);
    expect(part.leftOut.length).to.be.below(60);
    expect(allowed(part.document, ['GET/g29/1/item-89'])).to.have.lengthOf(1);
    const left = part.leftOut[0] as number;
    expect(allowed(part.document, [`GET/g${left % 30}/1/item-${left}`])).to.deep.equal([]);
  });

  it('says of routes that conflict, too, that it leaves them out', () => {
    const table = {
      'GET /repos/{id}': true,
      'GET /repos/{id}/labels': false,
      'GET /repos/{id}/issues/{number}/labels': true,
      ...Object.fromEntries(
        Array.from({ length: 90 }, (_, at) => [`GET /g${at % 30}/{x}/item-${at}`, at % 3 !== 0]),
      ),
    };
    const { kind, leftOut, document } = explain(table, { mode: 'deny', maxBytes: 3000, asked: [0] });
    expect(kind).to.equal('partial');
    expect(leftOut).to.include(2);
    const tails = ['GET/repos/1', 'GET/repos/1/labels', 'GET/repos/1/issues/2/labels'];
    expect(allowed(document, tails)).to.deep.equal(['GET/repos/1']);
  });

  it('counts a route as left out if only the paths without a final slash fit', () => {
    const table = { 'ANY /a': true, 'GET /': false };
    const { document, leftOut } = explain(table, { mode: 'deny', routing: 'rest', maxBytes: 2100 });
    expect(allowed(document, ['PUT/a', 'PUT/a/'])).to.deep.equal(['PUT/a']);
    expect(leftOut).to.deep.equal([0]);
  });

  it('counts no route as left out for a final slash that makes its path undeclared', () => {
    const table = {
      'GET /{p0}': false,
      'GET /{p0}/a': false,
      'POST /c/{p1}': true,
      'ANY /a/a/{p2}/{p3}': false,
      'PUT /{p0}/a/c/c/': true,
      'PUT /': true,
      'ANY /{p0}/c/b/{p3}': true,
      'GET /{rest+}': false,
      'PUT /c/c/b/c': false,
      'POST /{p0}': false,
    };
    const { kind, leftOut, document } = explain(table, { mode: 'deny', maxBytes: 2900, asked: [2] });
    expect(kind).to.equal('partial');
    expect(allowed(document, ['POST/c/7', 'POST/c/7/'])).to.deep.equal(['POST/c/7']);
    expect(leftOut).to.not.include(2);
  });

  it('may be all of the bytes given', () => {
    const table = { 'GET /a': true, 'GET /b': false };
    const { document, bytes } = explain(table);
    expect(explain(table, { maxBytes: bytes }).document).to.deep.equal(document);
    expect(explain(table, { maxBytes: bytes - 1 }).document).to.not.deep.equal(document);
  });

  it('opens nothing along with the Allows that are left', () => {
    const table = { 'ANY /c': true, 'ANY /': true, 'GET /': false, 'POST /{p0}': true, 'GET /c': true };
    const options = { mode: 'deny', routing: 'rest', maxBytes: 2400, asked: [0] } as const;
    const { leftOut, document } = explain(table, options);
    expect(leftOut).to.deep.equal([1]);
    const tails = ['POST/c', 'POST/x', 'POST/x/y', 'POST/c/y', 'POST/', 'GET/c', 'GET/x', 'GET/'];
    expect(allowed(document, tails)).to.deep.equal(['POST/c', 'POST/x', 'GET/c']);
  });

  it('keeps a Deny for all that it shuts, also for a route whose own Deny it made unnecessary', () => {
    const table: Record<string, boolean> = { 'GET /a/{x}': false, 'GET /a/b': false, 'GET /{p}': false };
    for (const first of 'cdefghijklm') table[`GET /${first}/b`] = true;
    table['GET /{p}/q'] = true;
    for (let maxBytes = 2010; maxBytes < 2100; maxBytes += 10) {
      const { document } = explain(table, { mode: 'absent', maxBytes, asked: [3] });
      const open = allowed(document, ['GET/c/b', 'GET/a/b', 'GET/a/q', 'GET/a/7']);
      expect(open, String(maxBytes)).to.deep.equal(['GET/c/b']);
    }
  });

  /** For each size that has a document: it allows the first of some paths, of the route that was asked for. */
  function allowsFirstOnly(table: Record<string, boolean>, asked: number, tails: readonly string[]) {
    for (let maxBytes = 1850; maxBytes < 2150; maxBytes += 10) {
      const { document } = explain(table, { mode: 'deny', routing: 'rest', maxBytes, asked: [asked] });
      if (document === null) continue;
      expect(allowed(document, tails), String(maxBytes)).to.deep.equal(tails.slice(0, 1));
    }
  }

  it('keeps a Deny that other routes made needed first', () => {
    const table = {
      'GET /b': false,
      'GET /e/{p1}': true,
      'GET /{p0}/c': true,
      'GET /{p0}/b/{p2}': true,
      'GET /h/{p1}/{p2}/{rest+}': false,
      'GET /{p0}/{p1}': true,
      'GET /{p0}': true,
      'GET /b/{p1}/h': false,
      'GET /h/{p1}/{p2}': true,
      'GET /b/b': true,
      'GET /{p0}/{rest+}': false,
      'GET /{p0}/c/{p2}': true,
      'GET /c/c/{p2}/{rest+}': false,
    };
    allowsFirstOnly(table, 8, ['GET/h/1/2', 'GET/h/1/2/3', 'GET/h/1/2/3/4']);
  });

  it('keeps a Deny of undeclared paths that other routes made needed first', () => {
    const table = {
      'POST /{p0}/{p1}/{p2}': true,
      'POST /{p0}/b/{p2}': true,
      'POST /c/a/f': true,
      'POST /c/{p1}': true,
      'POST /c/c': true,
    };
    allowsFirstOnly(table, 3, ['POST/c/1', 'POST/c/1/2/3', 'POST/c/1/2/3/4']);
  });

  it('leaves room for the route that was asked for, if for nothing else', () => {
    const table = { 'PUT /': true, 'GET /c': false, 'ANY /b/{rest+}': true };
    const options = { mode: 'absent', routing: 'rest', maxBytes: 1900 } as const;
    const { leftOut, document } = explain(table, { ...options, asked: [0] });
    expect(leftOut).to.deep.equal([2]);
    expect(allowed(document, ['PUT/', 'PUT/b/c'])).to.deep.equal(['PUT/']);
  });

  it('may take all of the room', () => {
    const table = {
      'GET /{p0}/{rest+}': false,
      'PUT /a': false,
      'ANY /a/c': true,
      'ANY /{p0}/a/{p2}': true,
      'ANY /c': true,
    };
    const { leftOut, bytes } = explain(table, { mode: 'absent', maxBytes: 2200, asked: [2] });
    expect([leftOut, bytes]).to.deep.equal([[3, 4], 2199]);
  });

  it('is never exceeded: if not even the guards fit, there is no document', () => {
    expect(explain(many, { maxBytes: 1000 })).to.deep.include({ kind: 'none', document: null });
  });

  it('is exceeded by the guards if the name of the API is as long as a resource may be', () => {
    const prefix = PREFIX.replace('abcdef1234', 'x'.repeat(512));
    expect(explain({ 'GET /a': true, 'GET /b': false }, { arn: arnOf('GET/a', prefix) }).kind).to.equal(
      'none',
    );
  });

  it('has no resource beyond 512 characters', () => {
    const outcome = (length: number) => {
      const table = { [`GET /${'x'.repeat(length)}`]: true, 'GET /b': false };
      return explain(table, { mode: 'deny', asked: [0] }).document;
    };
    const fitting = 512 - 'arn:aws:execute-api:*:*:abcdef1234/prod/GET/'.length;
    expect(outcome(fitting)).to.not.equal(null);
    expect(outcome(fitting + 1)).to.equal(null);
  });

  it('spares Denies that another one covers', () => {
    const { document } = explain({ 'GET /a/{x}': false, 'GET /a/{x}/b': false, 'GET /a/{x}/{y}': false });
    expect(tailsOf(document, 'Deny')).to.deep.equal(['GET/a/?*']);
  });
});

describe('the verdict of a document on a request', () => {
  const keys = [
    'GET /repos/{id}',
    'GET /repos/{id}/labels',
    'GET /repos/{id}/issues/{number}/labels',
    'GET /b',
  ];
  const routes = [1, 0, 1, 0];

  function verdictsOf(undeclared: 'deny' | 'rules', mayUseUndeclared: boolean, tails: readonly string[]) {
    const compiler = createPolicyCompiler({ routes: parse(keys), undeclared });
    const granted = { routes, undeclared: mayUseUndeclared };
    const policy = compiler.compile(granted, ARN, { routing: HTTP, asked: [0] });
    if (policy.kind === 'none') throw new Error('no document');
    return tails.map((tail) => compiler.verdictOn(policy, granted, arnOf(tail), HTTP));
  }

  it('says why the document does not allow it', () => {
    const tails = ['GET/repos/1', 'GET/repos/1/issues/2/labels', 'GET/b', 'GET/c', 'GET/c/', 'TRACE/repos/1'];
    const verdicts = ['allowed', 'left-out', ...Array(4).fill('denied')];
    expect(verdictsOf('deny', false, tails)).to.deep.equal(verdicts);
    expect(verdictsOf('rules', false, tails)).to.deep.equal(verdicts);
  });

  it('tells undeclared paths and reserved values that are lost from what is not granted', () => {
    const table = [
      'GET /users/{id}',
      'GET /users/{id}/orders',
      'GET /users/{id}/orders/{order}',
      'GET /{a}/{b}/c',
    ];
    const compiler = createPolicyCompiler({ routes: parse(table) });
    const granted = { routes: [1, 0, 1, 1], undeclared: true };
    const policy = compiler.compile(granted, ARN, { routing: HTTP, asked: [] });
    if (policy.kind === 'none') throw new Error('no document');
    const tails = [
      'GET/users/1/orders/2',
      'GET/users/1/orders/orders',
      'GET/users/1/x/orders',
      'GET/users/1/orders',
    ];
    expect(tails.map((tail) => compiler.verdictOn(policy, granted, arnOf(tail), HTTP))).to.deep.equal([
      'allowed',
      'reserved',
      'undeclared',
      'denied',
    ]);
  });

  it('is a denial without a document if the gateway has no routes by path', () => {
    const compiler = createPolicyCompiler({ routes: parse(keys) });
    const granted = { routes, undeclared: false };
    expect(compiler.compile(granted, ARN, { routing: null, asked: [] }).kind).to.equal('none');
    const policy = compiler.compile(granted, arnOf('$connect'), { routing: null, asked: [] });
    if (policy.kind === 'none') throw new Error('no document');
    expect(policy).to.deep.include({ kind: 'exact', leftOut: [], reserved: [], obstacle: null });
    expect(policy.allowsAllOf(0)).to.equal(true);
    expect(compiler.verdictOn(policy, granted, ARN, null)).to.equal('denied');
  });
});

describe('the final slash of a greedy route', () => {
  it('is not opened for the parameter before it, which REST APIs route it to', () => {
    const table = { 'GET /{page}': false, 'GET /{page}/{rest+}': true };
    const { document } = explain(table, { undeclared: false, routing: 'rest' });
    expect(allowed(document, ['GET/x', 'GET/x/'])).to.deep.equal([]);
  });

  it('stays open on HTTP APIs, where the parameter takes nothing, beside one that is closed', () => {
    const tables = [
      { 'GET /{a}/{rest+}': true, 'GET /a/': false },
      { 'GET /{a}/{rest+}': true, 'GET /a/{rest+}': false },
    ];
    for (const table of tables) {
      for (const undeclared of [true, false]) {
        const { kind, document } = explain(table, { undeclared });
        expect(kind).to.equal('exact');
        expect(allowed(document, ['GET/x/', 'GET/x/y', 'GET/a/'])).to.deep.equal(['GET/x/', 'GET/x/y']);
      }
    }
  });
});

describe('the memory of the policy compiler', () => {
  const routes = parse(['GET /a', 'GET /b']);

  it('gives the same frozen document for the same grant and stage', () => {
    const compiler = createPolicyCompiler({ routes });
    const grants = { routes: [1, 0], undeclared: true };
    const first = documentOf(compiler, grants);
    expect(first).to.be.frozen;
    expect(first?.Statement[0]).to.be.frozen;
    expect(documentOf(compiler, grants, arnOf('GET/b'))).to.equal(first);
    expect(documentOf(compiler, { routes: Uint8Array.of(1, 0), undeclared: true })).to.equal(first);
    expect(documentOf(compiler, { routes: [0, 0], undeclared: true })).to.not.equal(first);
    expect(documentOf(compiler, { routes: [1, 0], undeclared: false })).to.not.equal(first);
  });

  it('keeps the documents for parts of a grant apart, by the routes that were asked for', () => {
    const table = ['GET /repos/{id}', 'GET /repos/{id}/labels', 'GET /repos/{id}/issues/{number}/labels'];
    const compiler = createPolicyCompiler({ routes: parse(table) });
    const grants = { routes: [1, 0, 1], undeclared: true };
    const ask = (route: number) => compiler.compile(grants, ARN, { routing: HTTP, asked: [route] });
    const [first, second] = [ask(0), ask(2)];
    for (const [policy, leftOut] of [[first, 2] as const, [second, 0] as const])
      expect(policy).to.have.property('leftOut').that.deep.equals([leftOut]);
    expect([ask(0), ask(2)].map(({ document }) => document)).to.deep.equal([first.document, second.document]);
    expect(ask(0)).to.equal(first);
  });

  it('does not take it for the whole grant that one route has no document', () => {
    const table = [`GET /${'x'.repeat(600)}`, 'GET /a', 'GET /b'];
    const compiler = createPolicyCompiler({ routes: parse(table), undeclared: 'deny' });
    const grants = { routes: [1, 1, 0], undeclared: false };
    const ask = (route: number) => compiler.compile(grants, ARN, { routing: HTTP, asked: [route] }).kind;
    expect([ask(0), ask(1), ask(0)]).to.deep.equal(['none', 'partial', 'none']);
  });

  it('reads what is granted once for the same object', () => {
    const compiler = createPolicyCompiler({ routes });
    let reads = 0;
    const granted = {
      get routes() {
        reads += 1;
        return [1, 0];
      },
      undeclared: true,
    };
    const first = documentOf(compiler, granted);
    expect(reads).to.be.above(0);
    reads = 0;
    expect(documentOf(compiler, granted)).to.equal(first);
    expect(reads).to.equal(0);
  });

  it('keeps stages apart', () => {
    const compiler = createPolicyCompiler({ routes });
    const grants = { routes: [1, 0], undeclared: true };
    const prefix = PREFIX.replace('/prod/', '/test/');
    const other = documentOf(compiler, grants, arnOf('GET/a', prefix));
    expect(allowed(other, ['GET/a'], prefix)).to.have.lengthOf(1);
    expect(allowed(documentOf(compiler, grants), ['GET/a'])).to.have.lengthOf(1);
  });

  it('forgets the grant that was not asked for longest', () => {
    const compiler = createPolicyCompiler({ routes, maxGrants: 2 });
    const ask = (...bits: number[]) => documentOf(compiler, { routes: bits, undeclared: true });
    const kept = ask(1, 0);
    const forgotten = ask(0, 1);
    expect(ask(1, 0)).to.equal(kept);
    ask(0, 0);
    expect(ask(1, 0)).to.equal(kept);
    const again = ask(0, 1);
    expect(again).to.deep.equal(forgotten);
    expect(again === forgotten).to.equal(false);
  });

  it('tells grants of many routes apart', () => {
    const count = 40;
    const table = parse(Array.from({ length: count }, (_, index) => `GET /r${index}`));
    const compiler = createPolicyCompiler({ routes: table });
    const documents = Array.from({ length: count }, (_, only) =>
      documentOf(compiler, { routes: table.map((_, index) => index === only), undeclared: false }),
    );
    expect(new Set(documents.map((one) => JSON.stringify(one))).size).to.equal(count);
  });
});
