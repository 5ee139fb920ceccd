import { createServer } from 'node:net';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect } from 'chai';
import { AUDIENCE } from '../../demo/personas.ts';
import { type Auth0StandIn, startAuth0StandIn } from '../../demo/stand-in.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import {
  type Exchange,
  type LambdaFunction,
  type LocalGateway,
  startLocalGateway,
} from '../../lib/local-gateway/local-gateway.ts';
import { gatewayResponses, protectedResourceHandler, resourceMetadataUrl } from '../../lib/responses.ts';
import { middy } from '../support/middy.ts';

/** Where the client sends its user, and what it remembers. It is registered with the issuer already. */
class RememberingProvider {
  readonly redirectUrl = 'http://127.0.0.1/callback';
  readonly clientMetadata = { redirect_uris: [this.redirectUrl], client_name: 'test' };
  sentTo: URL | null = null;
  verifier = '';

  clientInformation = () => ({ client_id: 'mcp-client' });
  tokens = () => undefined;
  saveTokens = () => {};
  redirectToAuthorization = (url: URL) => {
    this.sentTo = url;
  };
  saveCodeVerifier = (verifier: string) => {
    this.verifier = verifier;
  };
  codeVerifier = () => this.verifier;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('an MCP client before a guarded REST API', () => {
  let auth0: Auth0StandIn;
  let gateway: LocalGateway;
  let exchanges: Exchange[];
  let resource: string;

  before(async () => {
    auth0 = await startAuth0StandIn();
    const port = await freePort();
    resource = `http://127.0.0.1:${port}/mcp`;
    const options: AuthorizerOptions = {
      issuer: auth0.issuer,
      audience: AUDIENCE,
      logger: false,
      routes: { 'POST /mcp': { scopes: ['read:orders'] }, 'GET /mcp': { scopes: ['read:orders'] } },
    };
    const resourceMetadata = resourceMetadataUrl(resource);
    gateway = await startLocalGateway({
      kind: 'rest-request',
      port,
      routes: ['POST /mcp', 'GET /mcp'],
      caching: { ttl: 300, identitySources: ['method.request.header.Authorization'] },
      authorizer: middy().use(auth0Authorizer(options)) as LambdaFunction,
      open: {
        [`GET ${new URL(resourceMetadata).pathname}`]: protectedResourceHandler(options, { resource }),
      },
      responses: gatewayResponses({ resourceMetadata }).openApi,
      onExchange: (exchange) => exchanges.push(exchange),
    });
  });
  beforeEach(() => {
    exchanges = [];
  });
  after(() => Promise.all([gateway.close(), auth0.close()]));

  it('finds the issuer and the scopes by the challenge, and sends its user to log in', async () => {
    const provider = new RememberingProvider();
    const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider: provider });
    const failure = await new Client({ name: 'test', version: '1.0.0' })
      .connect(transport)
      .catch((error) => error);
    expect(failure).to.be.instanceOf(UnauthorizedError);
    expect(exchanges.map(({ method, target, status }) => `${method} ${target} ${status}`)).to.deep.equal([
      'POST /mcp 401',
      'GET /.well-known/oauth-protected-resource/mcp 200',
    ]);
    const { origin, pathname, searchParams } = provider.sentTo as unknown as URL;
    expect(`${origin}${pathname}`).to.equal(`${auth0.issuer}authorize`);
    expect(Object.fromEntries(searchParams)).to.include({
      client_id: 'mcp-client',
      resource,
      scope: 'read:orders',
      code_challenge_method: 'S256',
    });
  });

  it('reaches the API with a token that the issuer grants', async () => {
    const headers = { authorization: `Bearer ${await auth0.token('reader')}` };
    const response = await fetch(resource, { method: 'POST', headers });
    expect(response.status).to.equal(200);
  });

  it('learns the refusal code when the token lacks the scope', async () => {
    const headers = { authorization: `Bearer ${await auth0.token('guest')}` };
    const response = await fetch(resource, { method: 'POST', headers });
    expect(response.status).to.equal(403);
    expect(response.headers.get('access-control-allow-origin')).to.equal('*');
    expect(await response.json()).to.deep.equal({ message: 'Forbidden', refusal: 'insufficient_scope' });
  });
});
