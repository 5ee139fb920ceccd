import { expect } from 'chai';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  Forbidden,
  identitySources,
  type LogLine,
  OptionError,
  tenantId,
} from '../../lib/index.ts';
import { createTestIssuer, decide, type EventOptions, eventFor } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

const KINDS: readonly GatewayKind[] = ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'];
const ORG = 'org_fYa2nP9Xp9t6dXqW';
const ROUTES = {
  'GET /orgs/{org}': {},
  'GET /orgs/{org}/users/{user}': {},
  'POST /orgs/{org}/users': { scopes: ['write:users'] },
  'GET /prices': { organization: false },
} as const;
const MATCHING: AuthorizerOptions = { rules: { organization: { matches: 'path:org' } }, routes: ROUTES };

const issuer = createTestIssuer();
const member = issuer.token({ org_id: ORG, org_name: 'Acme' });

function authorizer(options: AuthorizerOptions, handler: () => unknown = () => undefined) {
  const chain = auth0Authorizer({ ...issuer.options, logger: false, ...options });
  return middy(async () => handler()).use(chain) as unknown as Parameters<typeof decide>[0];
}

/** `allow`, or the refusal code. */
async function outcomeOf(handler: ReturnType<typeof authorizer>, kind: GatewayKind, options: EventOptions) {
  const decision = await decide(handler, eventFor(kind, options));
  return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
}

describe('an authorizer with rules.organization', () => {
  for (const kind of KINDS) {
    describe(kind, () => {
      const handler = authorizer(MATCHING);
      const at = (path: string, token = member) => outcomeOf(handler, kind, { token, path });

      it("allows the caller's own organization in the path, exactly", async () => {
        expect(await at(`/orgs/${ORG}`)).to.equal('allow');
        expect(await at(`/orgs/${ORG}/users/7`)).to.equal('allow');
        for (const other of ['org_b', `${ORG}x`, ORG.toLowerCase(), 'acme'])
          expect(await at(`/orgs/${other}`), other).to.equal('organization_mismatch');
        expect(await at(`/orgs/%6frg${ORG.slice(3)}`)).to.equal('ambiguous_path');
        expect(await at('/prices')).to.equal('allow');
      });

      it('refuses a caller without an organization, and one whose id is no plain text', async () => {
        expect(await at(`/orgs/${ORG}`, issuer.token())).to.equal('organization_required');
        expect(await at('/orgs/acme', issuer.token({ org_name: 'acme' }))).to.equal('organization_required');
        for (const id of ['org_*', 'org_?', '*', '$' + '{*}', 'org_ü', '..'])
          expect(await at('/orgs/x', issuer.token({ org_id: id })), id).to.equal('organization_mismatch');
      });

      it('allows the same from the cache, whatever the first request was', async () => {
        for (const path of [`/orgs/${ORG}`, '/orgs/org_b', '/prices', '/none', `/orgs/${ORG}/users/1`]) {
          const decision = await decide(handler, eventFor(kind, { token: member, path }));
          const allows = (tail: string) => decision.allowsFromCache('GET', tail);
          expect([`/orgs/${ORG}`, `/orgs/${ORG}/users/7`, '/prices'].map(allows), path).to.deep.equal([
            true,
            true,
            true,
          ]);
          expect(['/orgs/org_b', '/orgs/org_b/users/7', `/orgs/${ORG}/x`].map(allows), path).to.deep.equal([
            false,
            false,
            false,
          ]);
          expect(decision.allowsFromCache('POST', `/orgs/${ORG}/users`), path).to.equal(false);
        }
      });

      it('opens only the route of the request from the cache if the handler decides', async () => {
        const deciding = authorizer({ ...MATCHING, handlerDecides: true }, () => ({ context: { a: 1 } }));
        const decision = await decide(
          deciding,
          eventFor(kind, { token: member, path: `/orgs/${ORG}/users/1` }),
        );
        const allows = (tail: string) => decision.allowsFromCache('GET', tail);
        expect([`/orgs/${ORG}/users/7`, `/orgs/${ORG}`, '/orgs/org_b/users/7'].map(allows)).to.deep.equal([
          true,
          false,
          false,
        ]);
      });

      it('answers for one request if the name begins like a literal of the routes', async () => {
        const byName = authorizer({
          routes: {
            'GET /orgs/{org}': { organization: { matches: 'path:org', by: 'name' } },
            'GET /org': {},
          },
        });
        const token = issuer.token({ org_name: 'org' });
        const decision = await decide(byName, eventFor(kind, { token, path: '/orgs/org' }));
        expect(decision.outcome).to.equal('allow');
        expect(
          ['/orgs/org', '/org', '/orgs/x'].map((path) => decision.allowsFromCache('GET', path)),
        ).to.deep.equal([true, false, false]);
      });

      it('reports, and opens every organization, with reportOnly', async () => {
        const lines: LogLine[] = [];
        const reporting = authorizer({
          routes: {
            'GET /orgs/{org}': { organization: { matches: 'path:org', reportOnly: true } },
            'GET /a': { scopes: ['a'] },
          },
          logger: {
            debug: () => {},
            info: (_, line) => lines.push(line as LogLine),
            warn: () => {},
            error: () => {},
          },
        } as AuthorizerOptions);
        const decision = await decide(reporting, eventFor(kind, { token: member, path: '/orgs/org_b' }));
        expect(decision.outcome).to.equal('allow');
        expect(decision.allowsFromCache('GET', '/orgs/org_c')).to.equal(true);
        expect(lines[0]).to.have.deep.property('reports', [
          { rule: 'organization', code: 'organization_mismatch' },
        ]);
      });
    });
  }

  it('refuses a path that the event writes in another way, too', async () => {
    const handler = authorizer(MATCHING);
    const event = {
      ...eventFor('http-api-2.0', { token: member, path: `/orgs/${ORG}` }),
      rawPath: '/orgs/org_b',
    };
    const decision = await decide(handler, event);
    expect(decision).to.include({ outcome: 'deny', refusal: 'organization_mismatch' });
  });

  it('refuses a path that does not fit the route that the event names', async () => {
    const handler = authorizer({
      routes: { 'GET /{a}/{org}': { organization: { matches: 'path:org' } }, 'GET /{a}/{b}/{c}': {} },
    });
    const options = { token: member, resource: '/{a}/{org}' };
    expect(await outcomeOf(handler, 'rest-request', { ...options, path: `/x/${ORG}` })).to.equal('allow');
    for (const path of [`/base/${ORG}/org_b`, `/base/${ORG}/x/org_b`])
      expect(await outcomeOf(handler, 'rest-request', { ...options, path }), path).to.equal(
        'organization_mismatch',
      );
  });

  it('compares the organization in a path with encoded slashes', async () => {
    const rules = { organization: { matches: 'path:org' }, encodedSlashes: { id: 'data' } } as const;
    const handler = authorizer({ routes: { 'GET /orgs/{org}/files/{id}': rules, 'GET /me': {} } });
    const at = (path: string) => eventFor('rest-request', { token: member, path });
    const decision = await decide(handler, at(`/orgs/${ORG}/files/a%2Fb`));
    expect(decision.outcome).to.equal('allow');
    const others = [`/orgs/${ORG}/files/a%2Fc`, '/orgs/org_b/files/a%2Fb'];
    expect(others.map((path) => decision.allowsFromCache('GET', path))).to.deep.equal([false, false]);
    for (const [path, refusal] of [
      ['/orgs/org_b/files/a%2Fb', 'organization_mismatch'],
      [`/orgs/org_b%2F..%2F${ORG}/files/a`, 'ambiguous_path'],
      [`/orgs/${ORG}%2Fx/files/a`, 'ambiguous_path'],
    ] as const)
      expect(await decide(handler, at(path)), path).to.include({ outcome: 'deny', refusal });
  });

  it('judges each API by its own routes', async () => {
    const bound = { organization: { matches: 'path:org' } } as const;
    const handler = authorizer({
      apis: {
        a1b2c3d4e5: { routes: { 'GET /orgs/{org}': bound, 'GET /me': {} } },
        f6g7h8i9j0: { routes: { 'GET /tenants/{org}': bound, 'GET /orgs/{org}': {} } },
      },
    });
    const paths = [`/orgs/${ORG}`, '/orgs/org_b', `/tenants/${ORG}`, '/tenants/org_b'];
    for (const [apiId, allowed] of [
      ['a1b2c3d4e5', [true, false, false, false]],
      ['f6g7h8i9j0', [true, true, true, false]],
    ] as const) {
      const decision = await decide(
        handler,
        eventFor('rest-request', { token: member, path: `/orgs/${ORG}`, apiId }),
      );
      expect(
        paths.map((path) => decision.allowsFromCache('GET', path)),
        apiId,
      ).to.deep.equal(allowed);
    }
    expect(() => authorizer({ apis: { a1b2c3d4e5: { rules: bound, routes: { 'GET /me': {} } } } }))
      .to.throw(OptionError, /'GET \/me' does not have/)
      .with.property('option', "apis['a1b2c3d4e5'].rules.organization.matches");
  });

  it('answers simple responses by the path', async () => {
    const options: AuthorizerOptions = { ...MATCHING, httpApiResponse: 'simple' };
    const handler = authorizer(options);
    for (const [path, outcome] of [
      [`/orgs/${ORG}`, 'allow'],
      ['/orgs/org_b', 'deny'],
    ] as const)
      expect((await decide(handler, eventFor('http-api-2.0', { token: member, path }))).outcome).to.equal(
        outcome,
      );
    expect(identitySources(options, 'http-api-2.0')).to.have.deep.property('identitySources', [
      '$request.header.Authorization',
      '$context.path',
      '$context.httpMethod',
    ]);
  });

  it('keeps the token as the cache key for a path, and adds a header', () => {
    const token = ['method.request.header.Authorization'];
    expect(identitySources(MATCHING, 'rest-request')).to.have.deep.property('identitySources', token);
    const header: AuthorizerOptions = { rules: { organization: { matches: 'header:x-org' } } };
    expect(identitySources(header, 'rest-request')).to.have.deep.property('identitySources', [
      ...token,
      'method.request.header.X-Org',
    ]);
  });

  it('lists routes of other organizations that REST APIs deny implicitly', () => {
    const options: AuthorizerOptions = {
      ...MATCHING,
      routes: { ...ROUTES, 'GET /orgs/{org}/logo': { organization: false } },
    };
    expect(identitySources(options, 'rest-request'))
      .to.have.property('implicit')
      .that.includes('GET /orgs/{org}');
    expect(JSON.stringify(identitySources(options, 'rest-request'))).to.match(/^[\x20-\x7e]+$/);
  });

  it('denies other organizations explicitly with denyRest', async () => {
    const handler = authorizer({ ...MATCHING, denyRest: true });
    const decision = await decide(handler, eventFor('rest-request', { token: member, path: '/prices' }));
    expect(decision.allowsFromCache('GET', `/orgs/${ORG}`)).to.equal(true);
    expect(JSON.stringify(decision)).to.include('NotResource').and.to.include(`GET/orgs/${ORG}`);
  });

  it('refuses an allow of a handler no differently', async () => {
    const handler = authorizer(MATCHING, () => {
      throw new Forbidden('no');
    });
    expect(await outcomeOf(handler, 'http-api-2.0', { token: member, path: `/orgs/${ORG}` })).to.equal(
      'handler_forbidden',
    );
  });

  it('hands the tenant to the backend, and names the caller by it', async () => {
    const handler = authorizer({
      context: (token) => ({ tenantId: tenantId(token) }),
      principalId: (token) => tenantId(token) ?? 'nobody',
    });
    const decision = await decide(handler, eventFor('rest-request', { token: member }));
    expect(decision).to.deep.include({ principalId: ORG, context: { tenantId: ORG } });
    const other = await decide(handler, eventFor('rest-request', { token: issuer.token() }));
    expect(other).to.deep.include({ principalId: 'nobody', context: {} });
  });

  const errors: readonly (readonly [options: AuthorizerOptions, option: string, message: RegExp])[] = [
    [
      MATCHING.rules ? { rules: MATCHING.rules } : {},
      'rules.organization.matches',
      /undeclared paths do not have: set the rule on routes with \{org\}/,
    ],
    [{ ...MATCHING, undeclared: 'rules' }, 'rules.organization.matches', /undeclared paths/],
    [
      { ...MATCHING, routes: { 'GET /health': {} } },
      'rules.organization.matches',
      /'GET \/health' does not have.*organization: false/,
    ],
    [{ ...MATCHING, routes: { $default: {} } }, 'rules.organization.matches', /'\$default' does not have/],
    [{ ...MATCHING, routes: { $connect: {} } }, 'rules.organization.matches', /'\$connect' does not have/],
    [{ ...MATCHING, routes: { 'GET /{org+}': {} } }, 'rules.organization.matches', /\{org\}/],
    [
      { routes: { 'GET /orgs/{id}': { organization: { matches: 'path:org' } } } },
      "routes['GET /orgs/{id}'].organization.matches",
      /\{org\}/,
    ],
  ];
  for (const [options, option, message] of errors) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => auth0Authorizer({ ...issuer.options, ...options }))
        .to.throw(OptionError, message)
        .with.property('option', option);
    });
  }
});
