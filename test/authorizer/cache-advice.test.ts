import { expect } from 'chai';
import { cacheAdvice } from '../../lib/authorizer/cache-advice.ts';
import type { CacheDependencies } from '../../lib/authorizer/cache-dependencies.ts';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import { gatewayOfKind } from '../../lib/gateways/index.ts';

const PLAIN: CacheDependencies = {
  routesDiffer: false,
  policyExact: true,
  routeExact: true,
  inputs: [],
  ipInPolicy: false,
  admitsAnonymous: false,
  tokenSource: {},
  httpApiResponse: 'iam',
};

function sources(gateway: GatewayKind, changes: Partial<CacheDependencies> = {}) {
  const advice = cacheAdvice({ ...PLAIN, ...changes }, gatewayOfKind(gateway));
  return advice.cache ? advice.identitySources : advice.reason;
}

describe('cacheAdvice', () => {
  it('returns the token alone when the answer depends on the token alone', () => {
    expect(sources('rest-token')).to.deep.equal(['method.request.header.Authorization']);
    expect(sources('rest-request')).to.deep.equal(['method.request.header.Authorization']);
    expect(sources('http-api-1.0')).to.deep.equal(['$request.header.Authorization']);
    expect(sources('http-api-2.0')).to.deep.equal(['$request.header.Authorization']);
    expect(sources('appsync-graphql')).to.deep.equal([]);
    expect(sources('appsync-events')).to.deep.equal([]);
  });

  it('returns the token alone for routes that differ when policies are exact', () => {
    expect(sources('rest-token', { routesDiffer: true })).to.have.lengthOf(1);
    expect(sources('http-api-2.0', { routesDiffer: true })).to.have.lengthOf(1);
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
    const differ = { routesDiffer: true, policyExact: false };
    expect(sources('http-api-2.0', { routesDiffer: true, httpApiResponse: 'simple' })).to.include(
      '$context.routeKey',
    );
    expect(sources('http-api-1.0', { routesDiffer: true, httpApiResponse: 'simple' })).to.have.lengthOf(1);
    expect(sources('http-api-1.0', differ)).to.include('$context.routeKey');
    expect(sources('rest-request', differ)).to.include.members([
      'context.resourcePath',
      'context.httpMethod',
    ]);
    expect(sources('http-api-2.0', { httpApiResponse: 'simple', policyExact: false })).to.have.lengthOf(1);
  });

  it('adds the address when the `ip` rule is in the policy but the response has none', () => {
    const ip = { ipInPolicy: true, httpApiResponse: 'simple' } as const;
    expect(sources('http-api-2.0', ip)).to.include('$context.identity.sourceIp');
    expect(sources('http-api-2.0', { ipInPolicy: true })).to.have.lengthOf(1);
    expect(sources('http-api-1.0', ip)).to.have.lengthOf(1);
    expect(sources('rest-token', ip)).to.have.lengthOf(1);
    expect(sources('appsync-graphql', ip)).to.deep.equal([]);
  });

  it('leaves the route out when the gateway has no routes with a path', () => {
    const differ = { routesDiffer: true, policyExact: false, routeExact: false };
    expect(sources('appsync-graphql', differ)).to.deep.equal([]);
    expect(sources('appsync-events', differ)).to.deep.equal([]);
  });

  it('names the header that a TOKEN authorizer gets, whatever other places the options name', () => {
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
    expect(sources('rest-token', { routesDiffer: true, policyExact: false })).to.match(/No policy is exact/);
    const inexact = { routesDiffer: true, policyExact: false, routeExact: false };
    expect(sources('rest-request', inexact)).to.match(/nor for all paths of each/);
    expect(sources('http-api-2.0', { ...inexact, httpApiResponse: 'simple' })).to.include(
      '$context.routeKey',
    );
    expect(sources('appsync-graphql', { inputs: ['header:x-country'] })).to.match(/header:x-country/);
    expect(sources('rest-request', { tokenSource: { header: 'A', query: 'b' } })).to.match(/several places/);
  });
});
