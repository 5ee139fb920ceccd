import { expect } from 'chai';
import { dpop, mtls } from '../../lib/binding.ts';
import { OptionError } from '../../lib/index.ts';
import { type GatewayResponsesOptions, gatewayResponses, resourceMetadataUrl } from '../../lib/responses.ts';

const TYPES = [
  ...['UNAUTHORIZED', 'ACCESS_DENIED', 'AUTHORIZER_FAILURE', 'AUTHORIZER_CONFIGURATION_ERROR'],
  ...['DEFAULT_4XX', 'DEFAULT_5XX'],
];

describe('gatewayResponses', () => {
  const CORS = { 'Access-Control-Allow-Origin': "'*'" };
  const refusal = (options: object) => {
    try {
      gatewayResponses(options);
    } catch (error) {
      return error instanceof OptionError ? error.message : error;
    }
    return null;
  };

  it('answers 401 with a Bearer challenge and 403 with the refusal code, for every origin, by default', () => {
    const { list } = gatewayResponses();
    expect(list.map(({ type }) => type)).to.deep.equal(TYPES);
    expect(list[0]).to.deep.equal({
      type: 'UNAUTHORIZED',
      statusCode: '401',
      headers: {
        'WWW-Authenticate': `'Bearer realm="api"'`,
        ...CORS,
        'Access-Control-Expose-Headers': "'WWW-Authenticate'",
      },
      templates: { 'application/json': '{"message":"Unauthorized"}' },
    });
    expect(list[1]).to.deep.equal({
      type: 'ACCESS_DENIED',
      statusCode: '403',
      headers: CORS,
      templates: { 'application/json': '{"message":"Forbidden","refusal":"$context.authorizer.refusal"}' },
    });
  });

  it('answers denials with 401 and the challenge if that is their status', () => {
    const { list } = gatewayResponses({ deniedStatus: 401 });
    const [unauthorized, denied] = list;
    expect(denied).to.deep.equal({
      type: 'ACCESS_DENIED',
      statusCode: '401',
      headers: unauthorized?.headers,
      templates: { 'application/json': '{"message":"Unauthorized","refusal":"$context.authorizer.refusal"}' },
    });
    const [, bare] = gatewayResponses({ deniedStatus: 401, refusalCode: false }).list;
    expect(bare?.templates).to.deep.equal({ 'application/json': '{"message":"Unauthorized"}' });
    expect(gatewayResponses({ deniedStatus: 403 }).list).to.deep.equal(gatewayResponses().list);
    expect(refusal({ deniedStatus: 404 })).to.equal('deniedStatus: must be 401 or 403, not 404');
  });

  it('answers failures of the authorizer with 500, and leaves the status of all other errors', () => {
    const statuses = gatewayResponses().list.map(({ type, statusCode }) => [type, statusCode]);
    expect(Object.fromEntries(statuses)).to.include({
      AUTHORIZER_FAILURE: '500',
      AUTHORIZER_CONFIGURATION_ERROR: '500',
      DEFAULT_4XX: undefined,
      DEFAULT_5XX: undefined,
    });
  });

  it('gives every response the CORS headers of `cors`, or none', () => {
    const { list } = gatewayResponses({ cors: { origin: 'https://app.example.com', credentials: true } });
    for (const { headers } of list) {
      expect(headers).to.include({
        'Access-Control-Allow-Origin': "'https://app.example.com'",
        'Access-Control-Allow-Credentials': "'true'",
      });
    }
    const names = gatewayResponses({ cors: false }).list.flatMap(({ headers }) => Object.keys(headers));
    expect(names).to.deep.equal(['WWW-Authenticate']);
  });

  it('adds to the challenge what every login needs', () => {
    const challenge = (options: GatewayResponsesOptions) =>
      gatewayResponses(options).openApi.UNAUTHORIZED.responseParameters[
        'gatewayresponse.header.WWW-Authenticate'
      ];
    expect(challenge({ acrValues: ['silver', 'gold'], maxAge: 300 })).to.equal(
      `'Bearer realm="api", acr_values="silver gold", max_age="300"'`,
    );
    expect(challenge({ maxAge: 60 })).to.equal(`'Bearer realm="api", max_age="60"'`);
  });

  it('adds scopes and the address of the metadata to the challenge', () => {
    const options = {
      realm: 'orders of example.com',
      scopes: ['read:orders', 'write:orders'],
      resourceMetadata: resourceMetadataUrl('https://api.example.com/'),
    };
    expect(gatewayResponses(options).list[0]?.headers['WWW-Authenticate']).to.equal(
      `'Bearer realm="orders of example.com", scope="read:orders write:orders", ` +
        `resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"'`,
    );
  });

  it('has a challenge for each scheme that the option dpop accepts', () => {
    const challenges = (options: GatewayResponsesOptions) =>
      gatewayResponses(options).list[0]?.headers['WWW-Authenticate'];
    expect(challenges({ dpop: dpop('off') })).to.equal(`'Bearer realm="api"'`);
    expect(challenges({ dpop: dpop('allowed'), maxAge: 60 })).to.equal(
      `'Bearer realm="api", max_age="60", DPoP realm="api", max_age="60", algs="ES256 RS256"'`,
    );
    expect(challenges({ dpop: dpop({ mode: 'required', algorithms: ['ES256'] }) })).to.equal(
      `'DPoP realm="api", algs="ES256"'`,
    );
    for (const value of [mtls('allowed'), 'allowed', {}]) {
      expect(refusal({ dpop: value })).to.match(/^dpop: must be the result of dpop\(\)/);
    }
  });

  it('leaves the code out of the body with `refusalCode: false`', () => {
    const [, denied] = gatewayResponses({ refusalCode: false }).list;
    expect(denied?.templates).to.deep.equal({ 'application/json': '{"message":"Forbidden"}' });
  });

  it('refuses what would break out of a header, and contradictions', () => {
    expect(refusal({ realm: `a'b` })).to.match(/^realm: must be printable ASCII/);
    expect(refusal({ realm: 'a"b' })).to.match(/^realm: /);
    expect(refusal({ realm: 'a\\b' })).to.match(/^realm: /);
    expect(refusal({ realm: 'a\r\nb' })).to.match(/^realm: /);
    expect(refusal({ scopes: ['read orders'] })).to.match(/^scopes\[0\]: must be the name of a scope/);
    expect(refusal({ scopes: ["a'"] })).to.match(/^scopes\[0\]: /);
    expect(refusal({ acrValues: ['a b'] })).to.match(/^acrValues\[0\]: must be a value of `acr`/);
    expect(refusal({ maxAge: 0.5 })).to.match(/^maxAge: must be a whole number/);
    expect(refusal({ resourceMetadata: 'https://api.example.com/"' })).to.match(
      /^resourceMetadata: must be a URL/,
    );
    expect(refusal({ resourceMetadata: 'http://api.example.com/' })).to.match(/https/);
    expect(refusal({ cors: { origin: 'https://app.example.com/' } })).to.match(
      /^cors.origin: must be '\*' or/,
    );
    expect(refusal({ cors: { origin: 'app.example.com' } })).to.match(/^cors.origin: /);
    expect(refusal({ cors: { origin: "https://app'.example.com" } })).to.match(/^cors.origin: /);
    expect(refusal({ cors: { credentials: true } })).to.match(/^cors.credentials: needs/);
    expect(refusal({ cros: false })).to.match(/^cros: is not an option/);
  });

  describe('for each tool', () => {
    const set = gatewayResponses({ cors: false });

    it('writes the entries of x-amazon-apigateway-gateway-responses', () => {
      expect(Object.keys(set.openApi)).to.deep.equal(TYPES);
      expect(set.openApi.UNAUTHORIZED).to.deep.equal({
        statusCode: '401',
        responseParameters: { 'gatewayresponse.header.WWW-Authenticate': `'Bearer realm="api"'` },
        responseTemplates: { 'application/json': '{"message":"Unauthorized"}' },
      });
      expect(set.openApi.DEFAULT_4XX).to.have.all.keys('responseParameters', 'responseTemplates');
    });

    it('writes the GatewayResponses of a SAM API', () => {
      expect(set.sam.UNAUTHORIZED).to.deep.equal({
        StatusCode: '401',
        ResponseParameters: { Headers: { 'WWW-Authenticate': `'Bearer realm="api"'` } },
        ResponseTemplates: { 'application/json': '{"message":"Unauthorized"}' },
      });
      expect(set.sam.DEFAULT_5XX).to.have.all.keys('ResponseParameters', 'ResponseTemplates');
    });

    it('writes the resources of a CloudFormation template', () => {
      const resources = set.cloudFormation({ Ref: 'Api' });
      expect(Object.keys(resources)).to.include.members([
        'GatewayResponseUnauthorized',
        'GatewayResponseAuthorizerConfigurationError',
        'GatewayResponseDefault4xx',
      ]);
      expect(resources['GatewayResponseUnauthorized']).to.deep.equal({
        Type: 'AWS::ApiGateway::GatewayResponse',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ResponseType: 'UNAUTHORIZED',
          StatusCode: '401',
          ResponseParameters: { 'gatewayresponse.header.WWW-Authenticate': `'Bearer realm="api"'` },
          ResponseTemplates: { 'application/json': '{"message":"Unauthorized"}' },
        },
      });
      expect(resources['GatewayResponseDefault4xx']?.Properties).not.to.have.property('StatusCode');
    });
  });
});

describe('resourceMetadataUrl', () => {
  it('puts the well-known path between host and path, without the slash of an empty path', () => {
    const at = 'https://api.example.com/.well-known/oauth-protected-resource';
    expect(resourceMetadataUrl('https://api.example.com')).to.equal(at);
    expect(resourceMetadataUrl('https://api.example.com/')).to.equal(at);
    expect(resourceMetadataUrl('https://api.example.com/mcp')).to.equal(`${at}/mcp`);
    expect(resourceMetadataUrl('https://api.example.com/mcp?v=1')).to.equal(`${at}/mcp?v=1`);
  });

  it('refuses a text that is no URL of a resource', () => {
    for (const text of [
      'urn:orders',
      'api.example.com',
      'https://a@api.example.com/',
      'https://api.example.com/#a',
    ]) {
      expect(() => resourceMetadataUrl(text), text).to.throw(OptionError, /^resource: /);
    }
  });
});
