import { expect } from 'chai';
import { changed, checked, codes, found, type Json, ORDERS } from './support/documents.ts';

const event = (Method: string, Path: string, more: Json = {}) => ({
  Type: 'Api',
  Properties: { RestApiId: { Ref: 'Api' }, Method, Path, ...more },
});

const REST = {
  Transform: 'AWS::Serverless-2016-10-31',
  Parameters: { Ttl: { Type: 'Number', Default: 300 } },
  Resources: {
    Api: {
      Type: 'AWS::Serverless::Api',
      Properties: {
        StageName: 'prod',
        Auth: {
          DefaultAuthorizer: 'Auth0',
          Authorizers: {
            Auth0: {
              FunctionPayloadType: 'REQUEST',
              FunctionArn: { 'Fn::GetAtt': ['Authorizer', 'Arn'] },
              Identity: { Headers: ['Authorization'], ReauthorizeEvery: 300 },
            },
          },
        },
      },
    },
    Orders: {
      Type: 'AWS::Serverless::Function',
      Properties: {
        Events: {
          List: event('GET', '/orders'),
          Read: event('get', '/orders/{orderId}'),
          Create: event('post', '/orders'),
        },
      },
    },
  },
};

const EVENTS = ['Resources', 'Orders', 'Properties', 'Events'];
const AUTH = ['Resources', 'Api', 'Properties', 'Auth'];
const AUTHORIZER = [...AUTH, 'Authorizers', 'Auth0'];

describe('check of a SAM template', () => {
  it('finds nothing in a good one', () => {
    expect(found(REST)).to.deep.equal([]);
    const { checked: apis } = checked(REST);
    expect(apis.map(({ name, kind }) => `${name} ${kind}`)).to.deep.equal(['Api rest']);
  });

  it('finds a route that is not declared, with its place and line', () => {
    const document = changed(REST, [...EVENTS, 'Bills'], event('GET', '/bills'));
    const { findings } = checked(document);
    expect(findings).to.have.length(1);
    const [finding] = findings;
    expect(finding).to.include({ code: 'undeclared_route', severity: 'error' });
    expect(finding?.place).to.include({
      file: 'document.json',
      path: 'Resources.Orders.Properties.Events.Bills',
    });
    expect(finding?.place.line).to.equal(
      JSON.stringify(document, null, 2)
        .split('\n')
        .findIndex((line) => line.includes('"Bills"')) + 1,
    );
  });

  it('finds a declared route that the API lacks', () => {
    expect(found(changed(REST, [...EVENTS, 'Create'], undefined))).to.deep.equal([
      'error missing_route Resources.Api',
    ]);
  });

  it('finds a route without the authorizer', () => {
    const open = changed(REST, [...EVENTS, 'List', 'Properties', 'Auth'], { Authorizer: 'NONE' });
    expect(found(open)).to.deep.equal(['error missing_authorizer Resources.Orders.Properties.Events.List']);
    expect(codes(changed(REST, [...AUTH, 'DefaultAuthorizer'], undefined))).to.deep.equal([
      'missing_authorizer',
    ]);
    const iam = changed(REST, [...EVENTS, 'List', 'Properties', 'Auth'], { Authorizer: 'AWS_IAM' });
    expect(codes(iam)).to.deep.equal(['missing_authorizer']);
  });

  it('finds preflights with the default authorizer, once', () => {
    const cors = changed(REST, ['Resources', 'Api', 'Properties', 'Cors'], "'*'");
    expect(found(cors)).to.deep.equal([
      'error guarded_preflight Resources.Api.Properties.Auth.AddDefaultAuthorizerToCorsPreflight',
    ]);
    expect(found(changed(cors, [...AUTH, 'AddDefaultAuthorizerToCorsPreflight'], false))).to.deep.equal([]);
  });

  it('finds a TTL and identity sources that do not fit the options', () => {
    expect(found(REST, { ...ORDERS, handlerDecides: true })).to.deep.equal([
      'error identity_sources Resources.Api.Properties.Auth.Authorizers.Auth0.Identity',
    ]);
    const custom = { ...ORDERS, rules: { custom: { hours: () => true } } };
    expect(found(REST, custom)).to.deep.equal([
      'error ttl Resources.Api.Properties.Auth.Authorizers.Auth0.Identity.ReauthorizeEvery',
    ]);
    const uncached = changed(REST, [...AUTHORIZER, 'Identity', 'ReauthorizeEvery'], 0);
    expect(found(uncached, custom)).to.deep.equal([]);
    expect(found(uncached, { ...ORDERS, handlerDecides: true })).to.deep.equal([]);
    const context = changed(REST, [...AUTHORIZER, 'Identity', 'Context'], ['resourcePath', 'httpMethod']);
    expect(found(context, { ...ORDERS, handlerDecides: true })).to.deep.equal([]);
  });

  it('does not decide by the default of a parameter', () => {
    const document = changed(REST, [...AUTHORIZER, 'Identity', 'ReauthorizeEvery'], { Ref: 'Ttl' });
    expect(found(document)).to.deep.equal([
      'warning undecided Resources.Api.Properties.Auth.Authorizers.Auth0.Identity.ReauthorizeEvery',
    ]);
    const given = (ttl: string) => found(document, ORDERS, { parameters: new Map([['Ttl', ttl]]) });
    expect(given('300')).to.deep.equal([]);
    expect(given('7200')).to.deep.equal([
      'error ttl Resources.Api.Properties.Auth.Authorizers.Auth0.Identity.ReauthorizeEvery',
    ]);
  });
});
