import { expect } from 'chai';
import fc from 'fast-check';
import { type AuthorizerOptions, auth0Authorizer, identitySources, OptionError } from '../../lib/index.ts';
import { createTestIssuer, decide } from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';

const AUDIENCES = ['https://orders.example.com/', 'https://bills.example.com/', 'urn:admin'] as const;
const [ORDERS, BILLS] = AUDIENCES;
const issuer = createTestIssuer({ audience: AUDIENCES });

const authorizer = (options: AuthorizerOptions) =>
  middy().use(auth0Authorizer({ logger: false, ...options, ...issuer.options }));

describe('a route with an audience of its own', () => {
  const handler = authorizer({
    routes: {
      'GET /orders': { audience: [ORDERS] },
      'GET /bills': { audience: [BILLS] },
      'GET /both': { audience: { any: [ORDERS, BILLS] } },
      'GET /all': {},
      'GET /tried': { audience: { any: [ORDERS], reportOnly: true } },
    },
  });
  const PATHS = ['/orders', '/bills', '/both', '/all', '/tried'];
  const allowedFor: Readonly<Record<string, readonly string[]>> = {
    [ORDERS]: ['/orders', '/both', '/all', '/tried'],
    [BILLS]: ['/bills', '/both', '/all', '/tried'],
    'urn:admin': ['/all', '/tried'],
  };

  for (const gateway of EVERY_GATEWAY.filter(({ kind }) => /^(?:rest|http)/.test(kind))) {
    const isSimple = gateway.httpApiResponse === 'simple';
    it(`is open to tokens for it alone, fresh${isSimple ? '' : ' and from the cache'}: ${gateway.name}`, async () => {
      const served = isSimple
        ? authorizer({ httpApiResponse: 'simple', routes: { 'GET /orders': { audience: [ORDERS] } } })
        : handler;
      for (const aud of AUDIENCES) {
        const token = issuer.token({ aud });
        for (const path of isSimple ? ['/orders'] : PATHS) {
          const decision = await decide(served, gateway.event({ token, path }));
          const mayUse = allowedFor[aud]?.includes(path);
          expect(decision.outcome, `${aud} on ${path}`).to.equal(mayUse ? 'allow' : 'deny');
          if (decision.outcome === 'deny') {
            expect(decision).to.include({ status: 403, refusal: 'audience_not_allowed' });
          }
          if (isSimple) continue;
          const replayed = PATHS.filter((other) => decision.allowsFromCache('GET', other));
          expect(replayed, `${aud} on ${path}, replayed`).to.deep.equal(allowedFor[aud]);
        }
      }
    });
  }

  for (const gateway of EVERY_GATEWAY) {
    it(`may be the common rule: ${gateway.name}`, async () => {
      const { httpApiResponse = 'iam' } = gateway;
      const served = authorizer({ httpApiResponse, rules: { audience: [ORDERS] } });
      const outcomeOf = async (aud: string | readonly string[]) =>
        (await decide(served, gateway.event({ token: issuer.token({ aud }) }))).outcome;
      expect(await outcomeOf(ORDERS)).to.equal('allow');
      expect(await outcomeOf([BILLS, ORDERS])).to.equal('allow');
      expect(await outcomeOf(BILLS)).to.equal('deny');
    });
  }

  it('keeps the token the whole cache key', () => {
    const routes = { 'GET /orders': { audience: [ORDERS] }, 'GET /bills': { audience: [BILLS] } };
    const key = { cache: true, identitySources: ['method.request.header.Authorization'] };
    expect(identitySources({ routes }, 'rest-request')).to.deep.include(key);
  });

  it('must be an accepted one, or the authorizer does not start', () => {
    const refusal = (options: AuthorizerOptions) => () =>
      auth0Authorizer({ domain: 'tenant.eu.auth0.com', audience: ORDERS, ...options });
    expect(refusal({ rules: { audience: [ORDERS, BILLS] } })).to.throw(
      OptionError,
      `rules.audience: holds '${BILLS}', which is not an accepted audience, so that no token can pass: add it to \`audience\`, or remove it here`,
    );
    const routes = { 'GET /bills': { audience: { any: [BILLS], reportOnly: true } } };
    expect(refusal({ routes })).to.throw(OptionError, /^routes\['GET \/bills'\]\.audience: holds/);
    expect(() => identitySources({ audience: ORDERS, routes }, 'rest-request')).to.throw(OptionError);
    expect(
      refusal({ rules: { audience: [ORDERS] }, routes: { 'GET /': { audience: false } } }),
    ).not.to.throw();
  });

  it('passes tokens by the same answer for any table and any audiences, fresh and replayed', async () => {
    const lists = fc.option(fc.subarray([...AUDIENCES], { minLength: 1 }));
    const property = fc.asyncProperty(
      fc.array(lists, { minLength: 1, maxLength: 5 }),
      fc.option(fc.subarray([...AUDIENCES], { minLength: 1 })),
      fc.subarray([...AUDIENCES], { minLength: 1 }),
      fc.constantFrom(
        ...EVERY_GATEWAY.filter(({ kind }) => kind === 'rest-token' || kind === 'http-api-2.0'),
      ),
      async (tables, common, aud, gateway) => {
        const routes = Object.fromEntries(
          tables.map((any, index) => [
            `GET /r${index}`,
            any === null ? { audience: false as const } : { audience: any },
          ]),
        );
        const rules = common === null ? {} : { rules: { audience: common } };
        const served = authorizer({ ...rules, routes, undeclared: 'rules', httpApiResponse: 'iam' });
        const mayUse = (demanded: readonly string[] | null) =>
          demanded === null || demanded.some((one) => aud.some((own) => own === one));
        const demands = new Map([
          ...tables.map((any, index) => [`/r${index}`, any] as const),
          ['/rest', common],
        ]);
        const token = issuer.token({ aud });
        for (const [path, demanded] of demands) {
          const decision = await decide(served, gateway.event({ token, path }));
          expect(decision.outcome).to.equal(mayUse(demanded) ? 'allow' : 'deny');
          for (const [other, wanted] of demands) {
            expect(decision.allowsFromCache('GET', other)).to.equal(mayUse(wanted));
          }
        }
      },
    );
    await fc.assert(property, { numRuns: runs(40, 1000) });
  });
});
