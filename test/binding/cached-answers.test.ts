import { expect } from 'chai';
import { dpop, mtls } from '../../lib/binding.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import {
  clientCertificate,
  createTestIssuer,
  decide,
  dpopKey,
  dpopProof,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  type TestDecision,
} from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

const issuer = createTestIssuer({ algorithm: 'ES256' });
const key = dpopKey();
const certificate = clientCertificate();
const domainName = 'api.example.com';
const ROUTES = {
  'GET /orders': { scopes: ['read:orders'] },
  'GET /orders/{id}': { scopes: ['read:orders'] },
  'DELETE /orders/{id}': { scopes: ['delete:orders'] },
} as const;
const GATEWAYS = [
  { build: restRequestEvent, address: `https://${domainName}/prod`, kind: 'rest-request' },
  { build: httpApi1Event, address: `https://${domainName}`, kind: 'http-api-1.0' },
  { build: httpApi2Event, address: `https://${domainName}`, kind: 'http-api-2.0' },
] as const;
type GatewayCase = (typeof GATEWAYS)[number];

/** The decision on one request. */
function judge(options: AuthorizerOptions, event: object): Promise<TestDecision> {
  return decide(middy().use(auth0Authorizer({ ...issuer.options, logger: false, ...options })), event);
}

function boundEvent({ build, address }: GatewayCase, path: string, method = 'GET'): object {
  const token = issuer.token({ scope: 'read:orders' }, { boundTo: key });
  const proof = dpopProof({ key, token, method, url: `${address}${path}` });
  return build({ token, proof, path, method, domainName });
}

const REQUESTS = [
  ['GET', '/orders/7'],
  ['GET', '/orders'],
  ['GET', '/orders/8'],
  ['POST', '/orders/7'],
  ['GET', '/orders/7/lines'],
  ['GET', '/'],
] as const;

/** Which requests the answer allows when the gateway takes it from its cache. */
function allowed(decision: TestDecision): string[] {
  const passing = REQUESTS.filter(([method, path]) => decision.allowsFromCache(method, path));
  return passing.map((request) => request.join(' '));
}

describe('the answer to a bound token, cached against the advice', () => {
  const tables: readonly [string, AuthorizerOptions][] = [
    ['with routes', { routes: ROUTES }],
    ['with the same rules everywhere', { rules: { scopes: ['read:orders'] } }],
  ];
  for (const gateway of GATEWAYS) {
    for (const [name, options] of tables) {
      it(`opens the one request that was proven, by DPoP, on ${gateway.kind}, ${name}`, async () => {
        const decision = await judge({ dpop: dpop('allowed'), ...options }, boundEvent(gateway, '/orders/7'));
        expect(allowed(decision)).to.deep.equal(['GET /orders/7']);
      });

      it(`opens the one request that was proven, by the gateway's certificate, on ${gateway.kind}, ${name}`, async () => {
        const token = issuer.token({ scope: 'read:orders' }, { boundTo: certificate });
        const event = gateway.build({
          token,
          path: '/orders/7',
          clientCertificate: certificate.pem,
          domainName,
        });
        const decision = await judge({ mtls: mtls('required'), ...options }, event);
        expect(allowed(decision)).to.deep.equal(['GET /orders/7']);
      });
    }

    it(`opens nothing if the request is denied, on ${gateway.kind}`, async () => {
      const event = boundEvent(gateway, '/orders/7', 'DELETE');
      const decision = await judge({ dpop: dpop('allowed'), routes: ROUTES }, event);
      expect(allowed(decision)).to.deep.equal([]);
    });

    it(`opens all routes of a caller whose token is not bound, on ${gateway.kind}`, async () => {
      const event = gateway.build({
        token: issuer.token({ scope: 'read:orders' }),
        path: '/orders/7',
        domainName,
      });
      const decision = await judge({ dpop: dpop('allowed'), routes: ROUTES }, event);
      expect(allowed(decision)).to.deep.equal(['GET /orders/7', 'GET /orders', 'GET /orders/8']);
    });
  }

  it('opens all routes of the caller if the cache key can hold the certificate', async () => {
    const [gateway] = GATEWAYS;
    const source = {
      header: 'X-Client-Cert',
      encoding: 'sha256-hex',
      proof: { header: 'X-Origin-Secret', secret: 'a-secret-of-the-proxy-0123456789' },
    } as const;
    const headers = { 'X-Client-Cert': certificate.sha256, 'X-Origin-Secret': source.proof.secret };
    const token = issuer.token({ scope: 'read:orders' }, { boundTo: certificate });
    const event = gateway.build({ token, path: '/orders/7', headers, domainName });
    const decision = await judge({ mtls: mtls({ mode: 'required', source }), routes: ROUTES }, event);
    expect(allowed(decision)).to.deep.equal(['GET /orders/7', 'GET /orders', 'GET /orders/8']);
  });

  it('is a denial if no policy can name the request alone', async () => {
    const [gateway] = GATEWAYS;
    const options = { dpop: dpop('allowed'), routes: ROUTES };
    const decision = await judge(options, boundEvent(gateway, '/orders/*'));
    expect(decision).to.have.property('refusal', 'inexpressible_path');
    expect(allowed(decision)).to.deep.equal([]);
  });
});
