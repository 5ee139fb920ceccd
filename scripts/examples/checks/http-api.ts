import assert from 'node:assert/strict';
import { identitySources } from '../../../lib/index.ts';
import { type Options, routesOf } from '../options.ts';
import { refersTo, type Template } from '../template.ts';

/** Asserts that a template's HTTP API caches and routes as the options need. */
export function assertHttpApi(template: Template, options: Options, payload: '1.0' | '2.0'): void {
  const { id, properties } = template.only('AWS::ApiGatewayV2::Authorizer');
  const advice = identitySources(options, `http-api-${payload}`);
  assert.ok(advice.cache);
  assert.equal(properties['AuthorizerType'], 'REQUEST');
  assert.equal(properties['AuthorizerPayloadFormatVersion'], payload);
  assert.notEqual(properties['EnableSimpleResponses'], true);
  assert.deepEqual(properties['IdentitySource'], advice.identitySources);
  assert.equal(properties['AuthorizerResultTtlInSeconds'], 300);

  const routes = template.ofType('AWS::ApiGatewayV2::Route').map((route) => route.properties);
  const keys = routes.map(({ RouteKey }) => RouteKey);
  assert.deepEqual(keys.toSorted(), routesOf(options).toSorted());
  for (const { RouteKey, AuthorizationType, AuthorizerId } of routes) {
    assert.equal(AuthorizationType, 'CUSTOM', RouteKey);
    assert.ok(refersTo(AuthorizerId, id), `${RouteKey} has another authorizer`);
  }
  const api = template.only('AWS::ApiGatewayV2::Api');
  template.assertMayInvoke('apigateway.amazonaws.com', template.functionIn(properties['AuthorizerUri']), [
    api.id,
  ]);
}
