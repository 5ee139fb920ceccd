import { expect } from 'chai';
import { cacheAdvice } from '../../lib/authorizer/cache-advice.ts';
import type { AnswerScope, CacheDependencies } from '../../lib/authorizer/cache-dependencies.ts';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import { gatewayOfKind } from '../../lib/gateways/index.ts';

const PLAIN: CacheDependencies = {
  policyScope: 'stage',
  simpleScope: 'stage',
  handlerDecides: false,
  loss: null,
  inputs: [],
  bindings: [],
  ipInPolicy: false,
  admitsAnonymous: false,
  tokenSource: {},
  httpApiResponse: 'iam',
  maxTtl: null,
};

function sources(gateway: GatewayKind, changes: Partial<CacheDependencies> = {}) {
  const advice = cacheAdvice({ ...PLAIN, ...changes }, gatewayOfKind(gateway));
  return advice.cache ? advice.identitySources : advice.reason;
}

describe('cacheAdvice', () => {
  it('returns only the token when the answer depends only on the token', () => {
    expect(sources('rest-token')).to.deep.equal(['method.request.header.Authorization']);
    expect(sources('rest-request')).to.deep.equal(['method.request.header.Authorization']);
    expect(sources('http-api-1.0')).to.deep.equal(['$request.header.Authorization']);
    expect(sources('http-api-2.0')).to.deep.equal(['$request.header.Authorization']);
    expect(sources('appsync-graphql')).to.deep.equal([]);
    expect(sources('appsync-events')).to.deep.equal([]);
  });

  it('returns only the token when a policy is right for the stage, although a simple response is not', () => {
    expect(sources('rest-token', { simpleScope: 'path' })).to.have.lengthOf(1);
    expect(sources('http-api-2.0', { simpleScope: 'path' })).to.have.lengthOf(1);
  });

  it('names the place of the token', () => {
    expect(sources('rest-token', { tokenSource: { header: 'X-Token' } })).to.deep.equal([
      'method.request.header.X-Token',
    ]);
    expect(sources('rest-request', { tokenSource: { query: 'token' } })).to.deep.equal([
      'method.request.querystring.token',
    ]);
    expect(sources('http-api-2.0', { tokenSource: { cookie: 'session' } })).to.deep.equal([
      '$request.header.Cookie',
    ]);
    expect(sources('rest-request', { tokenSource: { subprotocol: 'v1' } })).to.deep.equal([
      'method.request.header.Sec-WebSocket-Protocol',
    ]);
    expect(sources('http-api-2.0', { tokenSource: { header: 'X-Token', scheme: 'required' } })).to.deep.equal(
      ['$request.header.X-Token'],
    );
  });

  it('adds what the rules read', () => {
    const inputs = ['source-ip', 'header:cloudfront-viewer-country'] as const;
    expect(sources('rest-request', { inputs })).to.deep.equal([
      'method.request.header.Authorization',
      'context.identity.sourceIp',
      'method.request.header.CloudFront-Viewer-Country',
    ]);
    expect(sources('http-api-2.0', { inputs })).to.deep.equal([
      '$request.header.Authorization',
      '$context.identity.sourceIp',
      '$request.header.CloudFront-Viewer-Country',
    ]);
  });

  it('adds the route when one answer does not hold for all routes', () => {
    const simple = { simpleScope: 'route', httpApiResponse: 'simple' } as const;
    expect(sources('http-api-2.0', simple)).to.include('$context.routeKey');
    expect(sources('http-api-1.0', simple)).to.have.lengthOf(1);
    expect(sources('http-api-1.0', { policyScope: 'route' })).to.include('$context.routeKey');
    expect(sources('rest-request', { policyScope: 'route' })).to.include.members([
      'context.resourcePath',
      'context.httpMethod',
    ]);
    expect(
      sources('http-api-2.0', { ...simple, simpleScope: 'stage', policyScope: 'route' }),
    ).to.have.lengthOf(1);
  });

  it('adds the path and the method when one answer does not hold for the whole route', () => {
    const path = { policyScope: 'path', simpleScope: 'path' } as const;
    expect(sources('rest-request', path)).to.deep.equal([
      'method.request.header.Authorization',
      'context.path',
      'context.httpMethod',
    ]);
    for (const httpApiResponse of ['iam', 'simple'] as const) {
      expect(sources('http-api-2.0', { ...path, httpApiResponse })).to.deep.equal([
        '$request.header.Authorization',
        '$context.path',
        '$context.httpMethod',
      ]);
    }
  });

  it('offers the path in place of the route, for routes of the API that serve several declared routes', () => {
    const advise = (policyScope: AnswerScope) =>
      cacheAdvice({ ...PLAIN, policyScope, inputs: ['source-ip'] }, gatewayOfKind('rest-request'));
    expect(advise('route')).to.deep.equal({
      cache: true,
      identitySources: [
        'method.request.header.Authorization',
        'context.identity.sourceIp',
        'context.resourcePath',
        'context.httpMethod',
      ],
      behindCatchAll: [
        'method.request.header.Authorization',
        'context.identity.sourceIp',
        'context.path',
        'context.httpMethod',
      ],
    });
    expect(advise('path')).not.to.have.property('behindCatchAll');
    expect(advise('stage')).not.to.have.property('behindCatchAll');
  });

  it('says what some callers would lose with only the token as the key, when answers have a policy', () => {
    const lossOf = (gateway: GatewayKind, changes: Partial<CacheDependencies> = {}) => {
      const some = { policyScope: 'route', simpleScope: 'path', loss: 'Some lose.' } as const;
      const advice = cacheAdvice({ ...PLAIN, ...some, ...changes }, gatewayOfKind(gateway));
      return advice.cache ? advice.loss : undefined;
    };
    expect(lossOf('rest-request')).to.equal('Some lose.');
    expect(lossOf('http-api-2.0')).to.equal('Some lose.');
    expect(lossOf('http-api-2.0', { httpApiResponse: 'simple' })).to.equal(undefined);
    expect(lossOf('rest-request', { handlerDecides: true })).to.equal(undefined);
  });

  it('adds the address when the `ip` rule is in the policy but the response has none', () => {
    const ip = { ipInPolicy: true, httpApiResponse: 'simple' } as const;
    expect(sources('http-api-2.0', ip)).to.include('$context.identity.sourceIp');
    expect(sources('http-api-2.0', { ipInPolicy: true })).to.have.lengthOf(1);
    expect(sources('http-api-1.0', ip)).to.have.lengthOf(1);
    expect(sources('rest-token', ip)).to.have.lengthOf(1);
    // AppSync sends no address, so the rule refuses every request there.
    expect(sources('appsync-graphql', ip)).to.match(/source-ip.*appsync-graphql does not send/);
  });

  it('leaves the route out when the gateway has no routes with a path', () => {
    const differ = { policyScope: 'path', simpleScope: 'path' } as const;
    expect(sources('appsync-graphql', differ)).to.deep.equal([]);
    expect(sources('appsync-events', differ)).to.deep.equal([]);
  });

  it('names the header that a TOKEN authorizer gets, also when the options name other places', () => {
    expect(sources('rest-token', { tokenSource: { query: 'access_token' } })).to.deep.equal([
      'method.request.header.Authorization',
    ]);
    expect(sources('rest-token', { tokenSource: { header: 'x-token', cookie: 'a' } })).to.deep.equal([
      'method.request.header.X-Token',
    ]);
  });

  it('advises against caching, with the reason, when no key is right', () => {
    expect(sources('websocket')).to.match(/does not cache/);
    expect(sources('rest-request', { inputs: ['anything'] })).to.match(/anything/);
    expect(sources('http-api-2.0', { admitsAnonymous: true })).to.match(/without a token/);
    expect(sources('rest-token', { inputs: ['source-ip'] })).to.match(/source-ip.*rest-token does not send/);
    const some = { policyScope: 'route', loss: 'Some lose.' } as const;
    expect(sources('rest-token', some)).to.equal('Some lose. The cache key is the token alone.');
    expect(sources('rest-token', { ...some, policyScope: 'path' })).to.match(/^Some lose/);
    expect(sources('rest-token', { ...some, handlerDecides: true })).to.match(/^Your handler decides/);
    expect(sources('appsync-graphql', { inputs: ['header:x-country'] })).to.match(/header:x-country/);
    expect(sources('rest-request', { tokenSource: { header: 'A', query: 'b' } })).to.match(/several places/);
  });
});
