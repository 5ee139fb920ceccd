import { expect } from 'chai';
import fc from 'fast-check';
import { type AuthorizerOptions, auth0Authorizer, identitySources } from '../../lib/index.ts';
import {
  createTestIssuer,
  decide,
  type EventOptions,
  eventFor,
  type TestDecision,
} from '../../lib/testing.ts';
import { type Case, cases, parse, randomFrom, somePath } from '../policy-compiler/support/tables.ts';
import { recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';
import { isRestKey } from '../support/routing-cases.ts';
import { requiredKeys } from '../support/routing-models.ts';
import { SHAPE } from './cache-replay/api.ts';

const issuer = createTestIssuer();

const ROUTES: NonNullable<AuthorizerOptions['routes']> = {
  'GET /files/{id}': { scopes: ['files'], encodedSlashes: { id: 'data' } },
  'GET /files/{id}/versions/{version}': { scopes: ['files'] },
  'GET /users/{id}': { scopes: ['users'] },
  'GET /users/me': { scopes: ['me'] },
};

function authorizer(options: Partial<AuthorizerOptions> = {}, answer: object | boolean = true) {
  return middy(async () => answer).use(
    auth0Authorizer({ ...issuer.options, logger: false, routes: ROUTES, ...options }),
  );
}

/** The outcome, or the code if it is not an allow. */
const codeOf = (decision: TestDecision) =>
  decision.outcome === 'allow' ? 'allow' : decision.outcome === 'deny' ? decision.refusal : decision.code;

describe('encodedSlashes, end to end', () => {
  const token = issuer.token({ scope: 'files users' });
  const path = '/files/a%2Fb';

  for (const kind of ['rest-request', 'rest-token'] as const) {
    it(`allows a path with an encoded slash for itself alone on ${kind}`, async () => {
      const log = recordingLog();
      const decision = await decide(authorizer({ logger: log }), eventFor(kind, { token, path }));
      expect(codeOf(decision)).to.equal('allow');
      expect(log.lines[0]).to.include({ route: 'GET /files/{id}', policy: 'request' });
      if (decision.outcome !== 'allow') return;
      expect(decision.allowsFromCache('GET', path)).to.equal(true);
      for (const other of [
        '/files/a%2Fc',
        '/files/a%2fb',
        '/files/a',
        '/files/a/b',
        '/users/a%2Fb',
        '/users/1',
      ])
        expect(decision.allowsFromCache('GET', other), other).to.equal(false);
      for (const verb of ['PUT', 'POST']) expect(decision.allowsFromCache(verb, path), verb).to.equal(false);
    });

    it(`refuses it from the answer to another path, and judges the rules of its route on ${kind}`, async () => {
      const plain = await decide(authorizer(), eventFor(kind, { token, path: '/files/1' }));
      expect(plain.outcome === 'allow' && plain.allowsFromCache('GET', '/users/1')).to.equal(true);
      expect(plain.outcome === 'allow' && plain.allowsFromCache('GET', path)).to.equal(false);
      const poor = issuer.token({ scope: 'users' });
      const denied = await decide(authorizer(), eventFor(kind, { token: poor, path }));
      expect(codeOf(denied)).to.equal('insufficient_scope');
      expect(denied.outcome === 'deny' && denied.allowsFromCache('GET', '/users/1')).to.equal(true);
      expect(denied.outcome === 'deny' && denied.allowsFromCache('GET', path)).to.equal(false);
    });
  }

  it('refuses it on HTTP APIs, with the reason in the log', async () => {
    for (const kind of ['http-api-1.0', 'http-api-2.0'] as const) {
      for (const sent of [path, '/files/a%252Fb']) {
        for (const arnPath of ['as sent', 'decoded'] as const) {
          const log = recordingLog();
          const event = eventFor(kind, { token, path: sent, arnPath } as EventOptions);
          const decision = await decide(authorizer({ logger: log }), event);
          expect(decision.outcome).to.equal('deny');
          if (arnPath === 'as sent') expect(log.lines[0]?.detail).to.match(/no effect on HTTP APIs/);
        }
      }
    }
  });

  it('is for that path alone with a custom rule, and with a handler that decides', async () => {
    const event = eventFor('rest-request', { token, path });
    const custom = { custom: { friday: () => true } };
    for (const handler of [
      authorizer({ rules: custom }),
      authorizer({ handlerDecides: true }),
      authorizer({ handlerDecides: true }, { context: { plan: 'gold' } }),
    ]) {
      const decision = await decide(handler, event);
      expect(codeOf(decision)).to.equal('allow');
      expect(decision.outcome === 'allow' && decision.allowsFromCache('GET', path)).to.equal(true);
      expect(decision.outcome === 'allow' && decision.allowsFromCache('GET', '/files/a%2Fc')).to.equal(false);
    }
    const star = await decide(authorizer(), eventFor('rest-request', { token, path: '/files/a%2F*' }));
    expect(codeOf(star)).to.equal('inexpressible_path');
  });

  it('allows a parameter beside it to have the text of a literal', async () => {
    const routes = {
      'GET /{kind}/{id}': { scopes: ['files'], encodedSlashes: { id: 'data' } },
      'GET /users/{id}/photo': { scopes: ['none'] },
    } as const;
    const event = eventFor('rest-request', { token, path: '/users/a%2Fb' });
    expect(codeOf(await decide(authorizer({ routes }), event))).to.equal('allow');
  });

  it('works beside a parameter that is bound to the organization', async () => {
    const routes = {
      'GET /orgs/{org}/files/{id}': {
        organization: { matches: 'path:org' },
        encodedSlashes: { id: 'data' },
      },
      'GET /other': { scopes: ['none'] },
    } as const;
    const member = issuer.token({ org_id: 'org_a1' });
    const at = async (sent: string) =>
      decide(authorizer({ routes }), eventFor('rest-request', { token: member, path: sent }));
    const own = await at('/orgs/org_a1/files/a%2Fb');
    expect(codeOf(own)).to.equal('allow');
    expect(own.outcome === 'allow' && own.allowsFromCache('GET', '/orgs/org_b2/files/a%2Fb')).to.equal(false);
    expect(codeOf(await at('/orgs/org_b2/files/a%2Fb'))).to.equal('organization_mismatch');
    expect(codeOf(await at('/orgs/org_a1%2Forg_b2/files/1'))).to.equal('ambiguous_path');
  });

  it('is an option of the routes of one of several APIs', async () => {
    const withApis = (encodedSlashes: object) => {
      const routes = { ...ROUTES, 'GET /a/{id}': { encodedSlashes } } as never;
      return middy().use(
        auth0Authorizer({ ...issuer.options, logger: false, apis: { a1b2c3d4e5: { routes } } }),
      );
    };
    const event = (sent: string) => eventFor('rest-request', { token, path: sent, apiId: 'a1b2c3d4e5' });
    const handler = withApis({ id: 'data' });
    expect(codeOf(await decide(handler, event('/a/1%2F2')))).to.equal('allow');
    expect(codeOf(await decide(handler, event('/users/1%2F2')))).to.equal('ambiguous_path');
    expect(() => withApis({ name: 'data' })).to.throw(
      /^apis\['a1b2c3d4e5'\]\.routes\['GET \/a\/\{id\}'\]\.encodedSlashes\.name: is no parameter/,
    );
  });

  it('puts the path into the cache key of REST APIs, and needs none on HTTP APIs', () => {
    const options = { routes: ROUTES, undeclared: 'absent' } as const;
    const rest = identitySources(options, 'rest-request');
    expect(rest.cache && rest.identitySources).to.deep.equal([
      'method.request.header.Authorization',
      'context.path',
      'context.httpMethod',
    ]);
    expect(rest.cache && rest.loss).to.match(/denies the paths of `encodedSlashes`/);
    expect(identitySources(options, 'rest-token')).to.deep.include({ cache: false });
    const http = identitySources(options, 'http-api-2.0');
    expect(http.cache && http.identitySources).to.deep.equal(['$request.header.Authorization']);
  });

  it('warns at set-up that the token alone is not enough', async () => {
    const log = recordingLog();
    await decide(authorizer({ logger: log }), eventFor('rest-request', { token, path }));
    expect(log.setUps[0]?.identitySources).to.include('context.path');
    expect(log.setUpLevels[0]).to.equal('warn');
  });
});

const ENCODED = [
  'a%2Fb',
  '50%25',
  '%2F',
  'b%2f',
  '%252F',
  'a%2F..%2Fb',
  '%2E%2E%2Fa',
  '%252e%252e',
  'a%2Fb*',
];

/** The segments of a path that are not plain, and what a reader makes of it who decodes as often as he can. */
function readOf(path: string) {
  const odd = path.split('/').map((text) => /%2f|%25/i.test(text));
  let decoded = path;
  for (
    let before = '';
    before !== decoded;
    decoded = decoded.replace(/%(25|2f|2e)/gi, (one) => decodeURIComponent(one))
  )
    before = decoded;
  return {
    odd,
    hasDots: decoded.split('/').some((text) => text === '.' || text === '..'),
    hasEncodedDot: /%2e/i.test(path),
  };
}

const TABLES = runs(200, 3000);

describe('encodedSlashes, on any table of a REST API', function () {
  this.timeout(300_000);

  /** By key: the parameters that take encoded slashes. */
  type Marks = ReadonlyMap<string, readonly string[]>;

  function marksOf(keys: readonly string[], random: (below: number) => number): Marks {
    return new Map(
      keys.map((key) => [
        key,
        [...key.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => name).filter(() => random(3) > 0),
      ]),
    );
  }

  /** Whether each odd segment is a marked parameter of the key, which the path fits. */
  function takes(key: string, marks: Marks, odd: readonly boolean[]): boolean {
    const segments = (key.split(' ')[1] ?? '').split('/');
    return odd.every((isOdd, index) => {
      const segment = segments[index] ?? segments.at(-1) ?? '';
      const name = /^\{(\w+)\+?\}$/.exec(segment)?.[1];
      const isPlace = index < segments.length || segment.endsWith('+}');
      return !isOdd || (isPlace && name !== undefined && marks.get(key)?.includes(name) === true);
    });
  }

  it('allows nothing that a route does not take, judged or replayed, and all that it takes', async () => {
    const tally = { allowed: 0, refused: 0, replays: 0, own: 0 };
    await fc.assert(
      fc.asyncProperty(
        cases({ ...SHAPE, literals: ['a', 'b', 'c'] }),
        fc.constantFrom('rest-request', 'rest-token'),
        (table, kind) => check(table, kind as 'rest-request', tally),
      ),
      { numRuns: TABLES },
    );
    expect(tally.allowed).to.be.above(0.1 * TABLES);
    expect(tally.refused).to.be.above(0.5 * TABLES);
    expect(tally.own).to.be.above(0.1 * TABLES);
  });

  async function check(
    { keys: all, granted: rights, seed }: Case,
    kind: 'rest-request' | 'rest-token',
    tally: { allowed: number; refused: number; replays: number; own: number },
  ): Promise<void> {
    const keys = all.filter((key) => isRestKey(key) && key !== '$default');
    if (keys.length < 2) return;
    const random = randomFrom(seed);
    const marks = marksOf(keys, random);
    const granted = new Set(keys.filter((key) => rights[all.indexOf(key)]));
    const routes = Object.fromEntries(
      keys.map((key, index) => {
        const marked = (marks.get(key) ?? []).map((name) => [name, 'data' as const] as const);
        const data = marked.length === 0 ? {} : { encodedSlashes: Object.fromEntries(marked) };
        return [key, { scopes: [`s${index}`], ...data }];
      }),
    );
    const scope = keys.map((key, index) => (granted.has(key) ? `s${index}` : '')).join(' ');
    const handler = middy().use(auth0Authorizer({ ...issuer.options, logger: false, routes }));
    const token = issuer.token({ scope });
    const sent = Array.from({ length: 12 }, () => {
      const { verb, path } = somePath(parse(keys), ['a', 'b', 'c', '1'], random);
      const odd = path
        .split('/')
        .map((text, at) =>
          at > 0 && text !== '' && random(3) === 0 ? ENCODED[random(ENCODED.length)] : text,
        );
      return { verb, path: odd.join('/') };
    });
    const judged = [];
    for (const { verb, path } of sent) {
      const decision = await decide(handler, eventFor(kind, { token, method: verb, path } as EventOptions));
      const { odd, hasDots, hasEncodedDot } = readOf(path);
      const plain = path.replace(/%(25)+(2f)?|%2f/gi, 'x');
      const required = [...requiredKeys('REST', keys, verb, plain)];
      const isTaken =
        !hasDots && !hasEncodedDot && required.every((key) => key !== null && takes(key, marks, odd));
      const isRight = isTaken && required.every((key) => granted.has(key as string));
      const isOdd = odd.includes(true);
      const what = `${verb} ${path} among ${JSON.stringify([...marks])}, ${scope}: ${codeOf(decision)}`;
      if (isOdd && decision.outcome === 'allow' && !isRight) throw new Error(`wrongly allowed: ${what}`);
      if (isOdd && isRight && decision.outcome !== 'allow') {
        if (codeOf(decision) !== 'inexpressible_path' || !path.includes('*'))
          throw new Error(`wrongly refused: ${what}`);
      }
      if (isOdd) tally[decision.outcome === 'allow' ? 'allowed' : 'refused'] += 1;
      judged.push({ verb, path, decision, isRight, isOdd, what });
    }
    for (const { decision, ...first } of judged) {
      if (decision.outcome === 'fault') throw new Error(first.what);
      for (const other of judged.filter(({ isOdd }) => isOdd)) {
        tally.replays += 1;
        if (!decision.allowsFromCache(other.verb, other.path)) continue;
        const isOwn = first.verb === other.verb && first.path === other.path;
        if (!isOwn || !other.isRight) throw new Error(`${other.what} from the answer to ${first.what}`);
        tally.own += 1;
      }
    }
  }
});
