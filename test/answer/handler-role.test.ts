import { expect } from 'chai';
import { HandlerRole } from '../../lib/answer/handler-role.ts';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  Forbidden,
  Refused,
  Unauthorized,
} from '../../lib/index.ts';
import {
  createTestIssuer,
  decide,
  httpApi2Event,
  lambdaContext,
  restRequestEvent,
} from '../../lib/testing.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

describe('HandlerRole', () => {
  it('starts with the option handlerDecides, and learns', () => {
    expect(new HandlerRole(true).decides).to.equal(true);
    const role = new HandlerRole(false);
    expect(role.decides).to.equal(false);
    role.decided();
    expect(role.decides).to.equal(true);
  });
});

describe('a denial by a rule', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  const routes = { 'GET /a': { scopes: ['a'] }, 'GET /b': { scopes: ['b'] } };

  /** Whether a denial of `/b` allows `/a` too, before and after the handler ends a request for `/a` in this way. */
  async function opensOthers(end: () => unknown, options: Partial<AuthorizerOptions> = {}) {
    const log = recordingLog();
    const handler = middy(async () => end()).use(
      auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, routes, logger: log, ...options }),
    );
    const token = await issuer.token({ scope: 'a' });
    const denial = async () => {
      const outcome = await invoke(handler, restRequestEvent({ token, path: '/b' }));
      expect(verdictOf(outcome)).to.equal('Deny');
      return JSON.stringify(outcome).includes('"Allow"');
    };
    const before = await denial();
    const own = await invoke(handler, restRequestEvent({ token, path: '/a' }));
    return { opens: [before, await denial()], own: verdictOf(own), refusal: log.lines[1]?.refusal };
  }

  for (const nothing of [undefined, null, true, {}]) {
    it(`allows the caller's other routes although the handler returned ${JSON.stringify(nothing)}`, async () => {
      expect(await opensOthers(() => nothing))
        .to.include({ own: 'Allow' })
        .and.deep.include({
          opens: [true, true],
        });
    });
  }

  const endings: readonly [string, () => unknown, string, string | undefined][] = [
    ['added to an answer', () => ({ context: {} }), 'Allow', undefined],
    ['returned false', () => false, 'Deny', 'handler_forbidden'],
    [
      'threw Forbidden',
      () => {
        throw new Forbidden();
      },
      'Deny',
      'handler_forbidden',
    ],
    [
      'threw Unauthorized',
      () => {
        throw new Unauthorized();
      },
      'Unauthorized',
      'handler_unauthorized',
    ],
    [
      'threw a refusal with the code of a rule',
      () => {
        throw new Refused({ code: 'insufficient_scope' });
      },
      'Deny',
      'insufficient_scope',
    ],
  ];
  for (const [what, end, own, refusal] of endings) {
    it(`covers only this request once the handler ${what}`, async () => {
      expect(await opensOthers(end)).to.deep.equal({ opens: [true, false], own, refusal });
    });
  }

  it('covers only this request from the start with handlerDecides', async () => {
    const { opens } = await opensOthers(() => true, { handlerDecides: true });
    expect(opens).to.deep.equal([false, false]);
  });

  it('covers only this request once an option refused a caller', async () => {
    let refuses = false;
    const context = () => {
      if (refuses) throw new Unauthorized();
      return {};
    };
    const ends = () => {
      refuses = true;
    };
    const { opens, own } = await opensOthers(ends, { context });
    expect({ opens, own }).to.deep.equal({ opens: [true, false], own: 'Unauthorized' });
  });

  it('covers only this request if conditions are to judge the address and it is unknown', async () => {
    const handler = middy().use(
      auth0Authorizer({
        issuer: issuer.url,
        audience: AUDIENCE,
        routes,
        rules: { ip: { deny: ['192.0.2.0/24'] } },
        conditions: { sourceIp: true },
        logger: false,
      }),
    );
    const token = await issuer.token({ scope: 'a' });
    const event = restRequestEvent({ token, path: '/a' });
    Object.assign(event.requestContext.identity, { sourceIp: null });
    const outcome = await invoke(handler, event);
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(JSON.stringify(outcome)).not.to.contain('"Allow"');
  });
});

describe('the option handlerDecides, when two routes match a path', () => {
  const issuer = createTestIssuer();

  /** The paths that an answer to the first one allows. */
  async function allowedBy(options: Partial<AuthorizerOptions>, ...paths: readonly [string, ...string[]]) {
    const settings = { ...issuer.options, handlerDecides: true, logger: false, ...options } as const;
    const handler = middy(() => true).use(auth0Authorizer(settings));
    const event = httpApi2Event({ token: issuer.token({ scope: 'a' }), path: paths[0] });
    const { allowsFromCache } = await decide(handler, event);
    return paths.filter((path) => allowsFromCache('GET', path));
  }

  const rules = { scopes: ['a'] };

  it('covers only the request, since the handler was called for one of the routes', async () => {
    const routes = { 'GET /a/{x}': rules, 'ANY /a/b': rules, 'GET /c': rules };
    const undeclared = 'absent';
    expect(await allowedBy({ routes, undeclared }, '/a/b', '/a/d', '/c')).to.deep.equal(['/a/b']);
    expect(await allowedBy({ routes, undeclared }, '/a/d', '/a/e', '/c')).to.deep.equal(['/a/d', '/a/e']);
  });

  it('opens no catch-all after a path with a final slash, for which the handler gets another route', async () => {
    const routes = { 'GET /orders': rules, 'ANY /{proxy+}': rules };
    expect(await allowedBy({ routes }, '/orders/', '/orders', '/x')).to.deep.equal(['/orders/']);
  });

  it('covers only the request when the rules for undeclared paths apply too', async () => {
    const routes = { 'GET /a/': rules, 'GET /c': { scopes: ['c'] } };
    const undeclared = 'rules';
    expect(await allowedBy({ routes, undeclared }, '/a', '/a/', '/d')).to.deep.equal(['/a']);
  });
});

describe('a handler that Middy cuts off', () => {
  const issuer = createTestIssuer();
  const event = restRequestEvent({ token: issuer.token({}) });
  const shortOfTime = { getRemainingTimeInMillis: () => 20 };

  for (const answer of [undefined, null]) {
    it(`allows nobody if timeoutEarlyResponse returns ${answer} and the handler is declared to decide`, async () => {
      const never = () => new Promise<never>(() => {});
      const early = { timeoutEarlyInMillis: 5, timeoutEarlyResponse: () => answer as never };
      const log = recordingLog();
      const chain = auth0Authorizer({ ...issuer.options, handlerDecides: true, logger: log });
      const handler = middy(never, early).use(chain);
      expect(verdictOf(await invoke(handler, event, lambdaContext(shortOfTime)))).to.match(/^handler_result/);
      expect(log.lines.map(({ decision, fault }) => ({ decision, fault }))).to.deep.equal([
        { decision: 'fault', fault: 'handler_result' },
      ]);
    });
  }
});

describe('a refusal by the handler', () => {
  it('does not reach onError when the handler returns false: the refusal is an answer', async () => {
    const issuer = await startIssuer();
    const errors: unknown[] = [];
    const handler = middy(async () => false)
      .use(auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: false }))
      .use({ onError: ({ error }: { error: unknown }) => void errors.push(error) });
    const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    await issuer.close();
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(errors).to.deep.equal([]);
  });
});
