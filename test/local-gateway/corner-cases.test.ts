import net from 'node:net';
import { expect } from 'chai';
import { AnswerCache } from '../../lib/local-gateway/cache.ts';
import {
  type LocalGateway,
  type LocalGatewayOptions,
  startLocalGateway,
} from '../../lib/local-gateway/local-gateway.ts';

const ALLOW = {
  principalId: 'user',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' }],
  },
};

describe('the local gateway', () => {
  const running: LocalGateway[] = [];
  let events: any[];

  async function start(options: Partial<LocalGatewayOptions>, answer: object = ALLOW): Promise<LocalGateway> {
    events = [];
    const authorizer = async (event: unknown) => {
      events.push(event);
      return answer;
    };
    const gateway = await startLocalGateway({ kind: 'rest-request', authorizer, ...options });
    running.push(gateway);
    return gateway;
  }

  /** Sends lines as they are and returns what comes back until the gateway ends the connection. */
  async function sendRaw({ url }: LocalGateway, ...lines: string[]): Promise<string> {
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += chunk;
    return text;
  }

  afterEach(() => Promise.all(running.splice(0).map((gateway) => gateway.close())));

  it('takes requests of HTTP/1.0, which name no host', async () => {
    const gateway = await start({});
    expect(await sendRaw(gateway, 'GET /orders HTTP/1.0', 'Authorization: Bearer a')).to.match(
      /^HTTP\/1\.1 200 /,
    );
    expect(events[0].requestContext.domainName).to.equal('localhost');
  });

  it('answers 400 to a handshake without a key', async () => {
    const gateway = await start({ kind: 'websocket' });
    const head = [
      'GET / HTTP/1.1',
      'Host: a',
      'Authorization: Bearer a',
      'Connection: Upgrade',
      'Upgrade: websocket',
    ];
    expect(await sendRaw(gateway, ...head)).to.match(
      /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\{"message":"Bad Request"\}\n$/,
    );
  });

  it('sends a long message in one frame', async () => {
    const gateway = await start({ kind: 'websocket' }, { ...ALLOW, context: { text: 'a'.repeat(200) } });
    const head = [
      'GET / HTTP/1.1',
      'Host: a',
      'Authorization: Bearer a',
      'Connection: Upgrade',
      'Upgrade: websocket',
    ];
    const answer = await sendRaw(gateway, ...head, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==');
    expect(answer)
      .to.match(/^HTTP\/1\.1 101 /)
      .and.include('a'.repeat(200));
  });

  it('passes the name of a GraphQL operation to the authorizer', async () => {
    const gateway = await start({ kind: 'appsync-graphql' }, { isAuthorized: true });
    const headers = { authorization: 'token' };
    const body = JSON.stringify({ query: 'query Me { me { id } }', operationName: 'Me', variables: [] });
    await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
    expect(events[0].requestContext).to.include({ operationName: 'Me' });
    expect(events[0].requestContext.variables).to.deep.equal({});
  });

  it('answers 413 to a body that AppSync does not take', async () => {
    const gateway = await start({ kind: 'appsync-graphql' });
    const body = 'a'.repeat(1_100_000);
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', body });
    expect(response.status).to.equal(413);
    expect(events).to.deep.equal([]);
  });

  it('takes each variable of the context as an identity source', async () => {
    const names = ['accountId', 'apiId', 'stage', 'path', 'httpMethod', 'resourcePath', 'domainName'];
    const all = [...names, 'identity.sourceIp', 'identity.userAgent'];
    const identitySources = [...all.map((name) => `context.${name}`), 'method.request.querystring.id'];
    const gateway = await start({ caching: { ttl: 300, identitySources } });
    expect((await fetch(`${gateway.url}/orders`)).status).to.equal(401);
    for (let times = 0; times < 2; times += 1) {
      expect((await fetch(`${gateway.url}/orders?id=1`)).status).to.equal(200);
    }
    expect(events).to.have.length(1);
    const http = await start({
      kind: 'http-api-2.0',
      caching: { ttl: 300, identitySources: ['$context.routeKey'] },
    });
    expect((await fetch(`${http.url}/orders`)).status).to.equal(200);
    expect(events[0].identitySource).to.deep.equal(['$default']);
  });
});

describe('the cache of the local gateway', () => {
  it('forgets the oldest answer beyond a thousand', () => {
    const cache = new AnswerCache<number>(() => 0);
    for (let number = 0; number <= 1000; number += 1) cache.set(String(number), number, 300);
    expect(cache.get('0')).to.equal(undefined);
    expect(cache.get('1')).to.equal(1);
    expect(cache.get('1000')).to.equal(1000);
  });
});
