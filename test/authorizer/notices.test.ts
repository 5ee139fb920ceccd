import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer, Forbidden } from '../../lib/index.ts';
import { httpApi2Event, restRequestEvent, restTokenEvent, webSocketEvent } from '../../lib/testing.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

describe('the notices of auth0Authorizer', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  /** The notices that are logged beside decisions and set-ups, after events in this order. */
  async function noticesOf(
    options: Partial<AuthorizerOptions>,
    events: readonly object[],
    handler?: () => unknown,
  ) {
    const log = recordingLog();
    const chain = auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: log, ...options });
    const authorizer = (handler === undefined ? middy() : middy(async () => handler())).use(chain);
    for (const event of events) await invoke(authorizer, event);
    return log.notices;
  }

  describe('authorizer undeclared route', () => {
    const routes = { 'GET /orders': {}, 'GET /orders/{id}': {}, 'ANY /tenants/{tenant}/{proxy+}': {} };
    const absent = { routes, undeclared: 'absent' } as const;

    async function loggedFor(options: Partial<AuthorizerOptions>, path: string, routeKey: string) {
      const event = httpApi2Event({ token: await issuer.token(), path, routeKey });
      return (await noticesOf(options, [event])).map(({ line }) => line);
    }

    it('is logged once, and names the first route of the API that is not declared', async () => {
      const token = await issuer.token();
      const events = ['GET /orders', 'GET /prices', 'GET /users'].map((routeKey) =>
        httpApi2Event({ token, path: routeKey.slice('GET '.length), routeKey }),
      );
      const notices = await noticesOf(absent, [...events, ...events]);
      expect(notices.map(({ level, message }) => [level, message])).to.deep.equal([
        ['warn', 'authorizer undeclared route'],
      ]);
      expect(notices[0]?.line).to.have.property('gatewayRoute', 'GET /prices');
      expect(notices[0]?.line)
        .to.have.property('advice')
        .that.matches(/'absent'.*Declare the route.*'deny'/);
    });

    const contradicting = [
      ['/orders', 'GET /{any}'],
      ['/orders', 'ANY /orders'],
      ['/files/a', 'ANY /files/{proxy+}'],
      ['/a', 'GET /a/{b}/{c}/{proxy+}'],
    ] as const;
    for (const [path, routeKey] of contradicting) {
      it(`is logged for ${path} by ${routeKey}`, async () => {
        const [line] = await loggedFor({ ...absent, routes: { ...routes, 'GET /a': {} } }, path, routeKey);
        expect(line).to.have.property('gatewayRoute', routeKey);
      });
    }

    const expected = [
      ['/orders/7', 'GET /orders/{orderId}'],
      ['/orders/7', 'GET /orders/7'],
      ['/orders', '$default'],
      ['/nowhere', '$default'],
      ['/nowhere', 'ANY /{proxy+}'],
      ['/orders/', 'ANY /orders/{proxy+}'],
      ['/tenants/a/b', 'ANY /tenants/a/{proxy+}'],
      ['/tenants/a/b', 'ANY /{any}/a/{proxy+}'],
    ] as const;
    for (const [path, routeKey] of expected) {
      it(`is not logged for ${path} by ${routeKey}`, async () => {
        expect(await loggedFor(absent, path, routeKey)).to.deep.equal([]);
      });
    }

    it('is not logged unless undeclared is absent', async () => {
      for (const options of [{ routes }, { routes, undeclared: 'rules' as const }, {}]) {
        expect(await loggedFor(options, '/prices', 'GET /prices')).to.deep.equal([]);
      }
    });

    it('is not logged if $default is declared, or if the event names no route', async () => {
      const withDefault = { ...absent, routes: { ...routes, $default: {} } };
      expect(await loggedFor(withDefault, '/prices', 'GET /prices')).to.deep.equal([]);
      const event = restTokenEvent({ token: await issuer.token(), path: '/prices' });
      expect(await noticesOf(absent, [event, {}])).to.deep.equal([]);
    });

    it('is logged for a WebSocket API unless $connect is declared', async () => {
      const event = webSocketEvent({ token: await issuer.token() });
      const [notice] = await noticesOf(absent, [event]);
      expect(notice?.line).to.have.property('gatewayRoute', '$connect');
      const declared = { ...absent, routes: { ...routes, $connect: {} } };
      expect(await noticesOf(declared, [event])).to.deep.equal([]);
      const other = httpApi2Event({ token: await issuer.token(), path: '/prices', routeKey: 'GET /prices' });
      expect(await noticesOf(declared, [other])).to.have.length(1);
    });
  });

  describe('authorizer handler decides', () => {
    const endings: readonly [string, () => unknown][] = [
      ['adds to an answer', () => ({ context: { plan: 'gold' } })],
      ['returns false', () => false],
      [
        'throws Forbidden',
        () => {
          throw new Forbidden();
        },
      ],
    ];
    for (const [what, end] of endings) {
      it(`is logged once, when the handler first ${what}`, async () => {
        const event = restRequestEvent({ token: await issuer.token() });
        let runs = 0;
        const notices = await noticesOf({}, [event, event, event], () => (runs++ > 0 ? end() : undefined));
        expect(notices.map(({ level, message }) => [level, message])).to.deep.equal([
          ['warn', 'authorizer handler decides'],
        ]);
        expect(notices[0]?.line).to.have.property('advice').that.includes('`handlerDecides: true`');
      });
    }

    it('is not logged with handlerDecides, or if the handler adds nothing', async () => {
      const event = restRequestEvent({ token: await issuer.token() });
      expect(await noticesOf({ handlerDecides: true }, [event], () => false)).to.deep.equal([]);
      expect(await noticesOf({}, [event], () => ({}))).to.deep.equal([]);
    });

    it('is logged when a function of the options refuses a caller', async () => {
      const event = restRequestEvent({ token: await issuer.token() });
      const context = () => {
        throw new Forbidden();
      };
      expect(await noticesOf({ context }, [event])).to.have.length(1);
    });
  });
});
