import { expect } from 'chai';
import { adviseCaching, type CacheDependencies } from '../../lib/authorizer/cache-advice.ts';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';

const PLAIN: CacheDependencies = {
  routesDiffer: false,
  policyExact: true,
  routeExact: true,
  inputs: [],
  admitsAnonymous: false,
  tokenSource: {},
  httpApiResponse: 'iam',
};

function sources(gateway: GatewayKind, changes: Partial<CacheDependencies> = {}) {
  const advice = adviseCaching({ ...PLAIN, ...changes }, gateway);
  return advice.cache ? advice.identitySources : advice.reason;
}

describe('identitySources', () => {
  it('is the token alone when the token alone decides', () => {
    expect(sources('rest-token')).to.deep.equal(['method.request.header.Authorization']);
    expect(sources('rest-request')).to.deep.equal(['method.request.header.Authorization']);
    expect(sources('http-api-1.0')).to.deep.equal(['$request.header.Authorization']);
    expect(sources('http-api-2.0')).to.deep.equal(['$request.header.Authorization']);
    expect(sources('appsync-graphql')).to.deep.equal([]);
    expect(sources('appsync-events')).to.deep.equal([]);
  });

  it('stays the token alone for routes that differ, where policies are exact', () => {
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

  it('adds what the rules look at', () => {
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

  it('adds the route where one answer does not hold for all routes', () => {
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

  it('names the header that a TOKEN authorizer is handed, whatever other places there are', () => {
    expect(sources('rest-token', { tokenSource: { query: 'access_token' } })).to.deep.equal([
      'method.request.header.Authorization',
    ]);
    expect(sources('rest-token', { tokenSource: { header: 'x-token', cookie: 'a' } })).to.deep.equal([
      'method.request.header.X-Token',
    ]);
  });

  it('says not to cache, and why, where no key can be right', () => {
    expect(sources('websocket')).to.match(/does not cache/);
    expect(sources('rest-request', { inputs: ['anything'] })).to.match(/anything/);
    expect(sources('http-api-2.0', { admitsAnonymous: true })).to.match(/without a token/);
    expect(sources('rest-token', { inputs: ['source-ip'] })).to.match(/source-ip.*token alone/);
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
