import path from 'node:path';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { HttpIntegration, RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, Aws, Duration, Stack } from 'aws-cdk-lib/core';
import { expect } from 'chai';
import { dpop, mtls } from '../../lib/binding.ts';
import { Auth0Authorizer, type Auth0AuthorizerProps, type CacheProps } from '../../lib/cdk.ts';
import { type AuthorizerOptions, identitySources, OptionError } from '../../lib/index.ts';
import { gatewayResponses, resourceMetadataUrl } from '../../lib/responses.ts';

const ENTRY = path.join(import.meta.dirname, 'fixtures/authorizer.mts');

/** Nothing is bundled: the assets stay empty. */
const newStack = () =>
  new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'orders', {
    env: { region: 'eu-central-1' },
  });

const IP: AuthorizerOptions = { rules: { ip: { deny: ['203.0.113.0/24'] } } };
const UNCACHEABLE: AuthorizerOptions = { rules: { custom: { hours: () => true } } };
const WITH_ROUTES: AuthorizerOptions = {
  httpApiResponse: 'simple',
  routes: { 'GET /orders': { scopes: ['read:orders'] }, 'GET /users': { scopes: ['read:users'] } },
};

/** For callers who may use the second route only, an order named `orders` is refused. */
const RESERVED: AuthorizerOptions = {
  routes: {
    'GET /users/{id}/orders': { scopes: ['read:lists'] },
    'GET /users/{id}/orders/{order}': { scopes: ['read:orders'] },
  },
};

/** No policy opens the greedy route alone. */
const INEXACT: AuthorizerOptions = {
  routes: {
    'GET /users/{id}': { scopes: ['read:users'] },
    'GET /users/{id}/{proxy+}': { scopes: ['read:all'] },
  },
};

type Props = Partial<Auth0AuthorizerProps>;

function restTemplate(props: Props = {}, stack: Stack = newStack()) {
  const auth0 = new Auth0Authorizer(stack, 'auth0', {
    entry: ENTRY,
    options: IP,
    api: 'rest',
    ...props,
  } as Auth0AuthorizerProps<'rest'>);
  const api = new RestApi(stack, 'api', { defaultMethodOptions: { authorizer: auth0.authorizer } });
  api.root.addResource('orders').addMethod('GET', new HttpIntegration('https://backend.example.com/orders'));
  return { stack, auth0, api, template: () => Template.fromStack(stack) };
}

function httpTemplate(props: Props = {}, stack: Stack = newStack()) {
  const auth0 = new Auth0Authorizer(stack, 'auth0', {
    entry: ENTRY,
    options: IP,
    api: 'http',
    ...props,
  } as Auth0AuthorizerProps<'http'>);
  const api = new HttpApi(stack, 'api', { defaultAuthorizer: auth0.authorizer });
  const integration = new HttpUrlIntegration('orders', 'https://backend.example.com/');
  for (const route of ['/orders', '/users'])
    api.addRoutes({ path: route, methods: [HttpMethod.GET], integration });
  return { stack, auth0, template: () => Template.fromStack(stack) };
}

/** Texts of the notes that `cdk synth` shows. */
const notesOf = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findInfo('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));

/** Texts of the warnings that `cdk synth` shows. */
const warningsOf = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));

const refuses = (props: object, message: RegExp) =>
  expect(() => restTemplate(props as Props)).to.throw(OptionError, message);

describe('Auth0Authorizer', function () {
  this.timeout(300_000);

  describe('makes a function', () => {
    it('that is an ES module for Node.js 24, with a log group that forgets', () => {
      const options = { ...IP, domain: ['tenant.eu.auth0.com', 'login.example.com'], audience: 'orders' };
      const { template } = restTemplate({ options });
      template().hasResourceProperties('AWS::Lambda::Function', {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: 10,
        LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^auth0logs') } },
        Environment: {
          Variables: { AUTH0_DOMAIN: 'tenant.eu.auth0.com,login.example.com', AUTH0_AUDIENCE: 'orders' },
        },
      });
      template().hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    });

    it('for one API only: several are refused, with what to write', () => {
      const options = { ...IP, apis: { a1b2c3d4e5: {} } };
      expect(() => restTemplate({ options })).to.throw(
        /^options\.apis: is for a function behind several APIs.*identitySources/,
      );
    });

    it('without AUTH0_DOMAIN if a domain has an audience of its own', () => {
      const domain = ['tenant.eu.auth0.com', { domain: 'login.example.com', audience: 'bills' }];
      const { template } = restTemplate({ options: { ...IP, domain, audience: 'orders' } });
      template().hasResourceProperties('AWS::Lambda::Function', {
        Environment: { Variables: { AUTH0_DOMAIN: Match.absent(), AUTH0_AUDIENCE: 'orders' } },
      });
    });

    it('whose properties can all be replaced', () => {
      const { template } = restTemplate({
        options: { ...IP, domain: 'tenant.eu.auth0.com' },
        function: {
          runtime: Runtime.NODEJS_22_X,
          memorySize: 1024,
          environment: { AUTH0_DOMAIN: 'other.eu.auth0.com', POWERTOOLS_LOG_LEVEL: 'WARN' },
        },
      });
      template().hasResourceProperties('AWS::Lambda::Function', {
        Runtime: 'nodejs22.x',
        MemorySize: 1024,
        Timeout: 10,
        Environment: {
          Variables: { AUTH0_DOMAIN: 'other.eu.auth0.com', POWERTOOLS_LOG_LEVEL: 'WARN' },
        },
      });
    });

    it('with a log group of your own', () => {
      const stack = newStack();
      const logGroup = new LogGroup(stack, 'mine');
      const { auth0, template } = restTemplate({ function: { logGroup } }, stack);
      expect(auth0.handler.logGroup).to.equal(logGroup);
      template().resourceCountIs('AWS::Logs::LogGroup', 1);
    });

    it('with the retention of the CDK instead of a log group', () => {
      const { template } = restTemplate({ function: { logRetention: RetentionDays.ONE_DAY } });
      template().hasResourceProperties('Custom::LogRetention', { RetentionInDays: 1 });
      template().resourceCountIs('AWS::Logs::LogGroup', 0);
    });
  });

  describe('configures a REST API', () => {
    it('with the identity sources of the options, five minutes, and the permission to invoke', () => {
      const { template } = restTemplate();
      const advice = identitySources(IP, 'rest-request');
      template().hasResourceProperties('AWS::ApiGateway::Authorizer', {
        Type: 'REQUEST',
        AuthorizerResultTtlInSeconds: 300,
        IdentitySource: advice.cache ? advice.identitySources.join(',') : 'none',
      });
      template().hasResourceProperties('AWS::ApiGateway::Method', {
        HttpMethod: 'GET',
        AuthorizationType: 'CUSTOM',
        AuthorizerId: { Ref: Match.stringLikeRegexp('^auth0authorizer') },
      });
      template().hasResourceProperties('AWS::Lambda::Permission', {
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: Match.objectLike({ 'Fn::Join': Match.anyValue() }),
      });
    });

    it('with a TOKEN authorizer, on the header that holds the token', () => {
      const { template, auth0 } = restTemplate({ api: 'rest-token', options: {} });
      expect(auth0.authorizer).to.be.instanceOf(TokenAuthorizer);
      template().hasResourceProperties('AWS::ApiGateway::Authorizer', {
        Type: 'TOKEN',
        AuthorizerResultTtlInSeconds: 300,
        IdentitySource: 'method.request.header.Authorization',
      });
      const uncached = restTemplate({
        api: 'rest-token',
        options: { tokenSource: { header: 'X-Token' } },
        cache: false,
      });
      uncached.template().hasResourceProperties('AWS::ApiGateway::Authorizer', {
        AuthorizerResultTtlInSeconds: 0,
        IdentitySource: 'method.request.header.X-Token',
      });
      const usual = restTemplate({ api: 'rest-token', options: {}, cache: false });
      usual.template().hasResourceProperties('AWS::ApiGateway::Authorizer', {
        IdentitySource: 'method.request.header.Authorization',
      });
    });

    it('without a cache and with the reason, if no key is right for the options', () => {
      const { template, stack } = restTemplate({ options: UNCACHEABLE });
      template().hasResourceProperties('AWS::ApiGateway::Authorizer', {
        AuthorizerResultTtlInSeconds: 0,
        IdentitySource: '',
      });
      expect(notesOf(stack)).to.have.length(1);
      expect(notesOf(stack)[0]).to.match(/^Not cached\. A custom rule/);
    });
  });

  describe('configures an HTTP API', () => {
    it('with payload format 2.0 and policies, which the CDK alone does not offer', () => {
      const { template } = httpTemplate();
      const advice = identitySources(IP, 'http-api-2.0');
      template().resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
      template().hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: Match.absent(),
        AuthorizerResultTtlInSeconds: 300,
        IdentitySource: advice.cache ? [...advice.identitySources] : [],
      });
      template().resourcePropertiesCountIs('AWS::ApiGatewayV2::Route', { AuthorizationType: 'CUSTOM' }, 2);
      template().hasResourceProperties('AWS::Lambda::Permission', { Principal: 'apigateway.amazonaws.com' });
    });

    it('with simple responses, if the options say so', () => {
      const { template } = httpTemplate({ options: WITH_ROUTES });
      template().hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
      });
    });

    it('with the path in the key behind a catch-all', () => {
      const { template } = httpTemplate({ options: WITH_ROUTES, cache: { behindCatchAll: true } });
      template().hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
        IdentitySource: ['$request.header.Authorization', '$context.path', '$context.httpMethod'],
      });
      const plain = httpTemplate({ cache: { behindCatchAll: true } });
      plain.template().hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
        IdentitySource: ['$request.header.Authorization', '$context.identity.sourceIp'],
      });
    });

    it('that is imported, on each of its routes', () => {
      const stack = newStack();
      const { authorizer } = new Auth0Authorizer(stack, 'auth0', { entry: ENTRY, options: IP, api: 'http' });
      const httpApi = HttpApi.fromHttpApiAttributes(stack, 'api', { httpApiId: 'a1b2c3d4e5' });
      const integration = new HttpUrlIntegration('orders', 'https://backend.example.com/');
      for (const path of ['/orders', '/users']) {
        const routeKey = HttpRouteKey.with(path, HttpMethod.GET);
        new HttpRoute(stack, path.slice(1), { httpApi, routeKey, integration, authorizer });
      }
      const template = Template.fromStack(stack);
      template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
      template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
        AuthorizerPayloadFormatVersion: '2.0',
      });
      template.resourceCountIs('AWS::ApiGatewayV2::Route', 2);
    });
  });

  describe('takes properties of the authorizer', () => {
    const roleIn = (stack: Stack) =>
      new Role(stack, 'role', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') });
    const roleArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^role'), 'Arn'] };

    it('with a name and a role of your own on a REST API', () => {
      for (const api of ['rest', 'rest-token'] as const) {
        const stack = newStack();
        const authorizer = { authorizerName: 'orders-auth0', assumeRole: roleIn(stack) };
        const { template } = restTemplate({ api, authorizer, options: {} }, stack);
        template().hasResourceProperties('AWS::ApiGateway::Authorizer', {
          Name: 'orders-auth0',
          AuthorizerCredentials: roleArn,
          AuthorizerResultTtlInSeconds: 300,
          IdentitySource: 'method.request.header.Authorization',
        });
      }
    });

    it('with an expression for the token on a REST API with a TOKEN authorizer', () => {
      const { template } = restTemplate({
        api: 'rest-token',
        authorizer: { validationRegex: '^Bearer ' },
        options: {},
      });
      template().hasResourceProperties('AWS::ApiGateway::Authorizer', {
        IdentityValidationExpression: '^Bearer ',
      });
    });

    it('with a name and a role of your own on an HTTP API', () => {
      const stack = newStack();
      const authorizer = { authorizerName: 'orders-auth0', role: roleIn(stack) };
      const { template } = httpTemplate({ authorizer }, stack);
      template().hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
        Name: 'orders-auth0',
        AuthorizerCredentialsArn: roleArn,
        AuthorizerPayloadFormatVersion: '2.0',
      });
    });
  });

  describe('refuses what the compiler refuses, for users of JavaScript', () => {
    it('unknown properties, with their dotted path', () => {
      refuses({ cahce: false }, /^cahce: is not an option; known options: entry, options, api/);
      refuses({ cache: { tll: Duration.minutes(1) } }, /^cache\.tll: is not an option/);
      refuses({ alarms: { fault: false } }, /^alarms\.fault: is not an option; known options: faults/);
      refuses({ authorizer: { name: 'orders' } }, /^authorizer\.name: is not an option; .* authorizerName/);
      refuses({ options: { rulse: {} } }, /^rulse: is not an option/);
    });

    it('properties of another kind of API', () => {
      refuses({ authorizer: { role: null } }, /^authorizer\.role: is not an option; .* assumeRole$/);
      refuses({ api: 'http', authorizer: { assumeRole: null } }, /^authorizer\.assumeRole: .* role$/);
      refuses({ api: 'websocket' }, /^api: must be 'rest' or 'rest-token' or 'http'/);
    });

    it('what has a place of its own', () => {
      refuses({ function: { entry: 'other.mts' } }, /^function\.entry: must be written as `entry`/);
      refuses({ authorizer: { resultsCacheTtl: 0 } }, /^authorizer\.resultsCacheTtl: is not an option/);
    });

    it('values of another type', () => {
      refuses({ cache: { ttl: 300 } }, /^cache\.ttl: must be a Duration of the CDK, .* not 300$/);
      refuses({ cache: { ttl: {} } }, /^cache\.ttl: must be a Duration of the CDK/);
      refuses({ cache: { identitySources: [] } }, /^cache\.identitySources: must be a list/);
      refuses({ cache: { behindCatchAll: 'yes' } }, /^cache\.behindCatchAll: must be true or false/);
      refuses({ cache: true }, /^cache: must be an object, not true/);
      refuses({ alarms: { faults: true } }, /^alarms\.faults: must be an object, not true/);
      refuses({ options: undefined }, /^options: must be an object, not undefined/);
      refuses({ entry: '' }, /^entry: must be a non-empty string/);
    });
  });

  describe('takes another cache', () => {
    it('with a TTL of your own', () => {
      const { template } = restTemplate({ cache: { ttl: Duration.minutes(1) } });
      template().hasResourceProperties('AWS::ApiGateway::Authorizer', { AuthorizerResultTtlInSeconds: 60 });
    });

    it('with identity sources of your own, even if the advice is against a cache', () => {
      const sources = ['method.request.header.Authorization', 'context.path'];
      for (const ttl of [undefined, Duration.minutes(2)]) {
        const cache = { identitySources: sources, ...(ttl === undefined ? {} : { ttl }) };
        const { template, stack } = restTemplate({ options: UNCACHEABLE, cache });
        template().hasResourceProperties('AWS::ApiGateway::Authorizer', {
          AuthorizerResultTtlInSeconds: ttl === undefined ? 300 : 120,
          IdentitySource: sources.join(','),
        });
        expect(notesOf(stack)).to.deep.equal([]);
        expect(warningsOf(stack)[0]).to.match(
          /^cache\.identitySources: no cache key is right .* A custom rule/,
        );
      }
    });

    it('but none with proofs of bound tokens, which no identity source replaces', () => {
      const identitySources = ['method.request.header.Authorization', 'method.request.header.DPoP'];
      const ttlOf = (options: AuthorizerOptions, cache: CacheProps = {}) => {
        const { template } = restTemplate({ options, cache: { identitySources, ...cache } });
        const [one] = Object.values(template().findResources('AWS::ApiGateway::Authorizer'));
        return one?.['Properties'].AuthorizerResultTtlInSeconds;
      };
      for (const options of [{ dpop: dpop('allowed') }, { mtls: mtls('required') }]) {
        expect(ttlOf(options)).to.equal(0);
        expect(ttlOf(options, { ttl: Duration.seconds(0) })).to.equal(0);
        expect(() => ttlOf(options, { ttl: Duration.seconds(1) }))
          .to.throw(OptionError, /Leave it out$/)
          .with.property('option', 'cache.ttl');
      }
      expect(ttlOf({ dpop: dpop('off') })).to.equal(300);
      const proof = { header: 'X-Origin-Secret', secret: 'a secret of the proxy' };
      const source = { header: 'CloudFront-Viewer-Cert-Sha256', encoding: 'sha256-hex', proof } as const;
      expect(ttlOf({ mtls: mtls({ mode: 'allowed', source }) })).to.equal(300);
    });

    it('and warns if identity sources of your own lack what the answers depend on', () => {
      const token = '$request.header.authorization';
      const warningFor = (cache: CacheProps, options = IP) =>
        warningsOf(httpTemplate({ options, cache }).stack).join('\n');
      expect(warningFor({ identitySources: [token] })).to.match(
        /^cache\.identitySources: answers depend on \$context\.identity\.sourceIp too/,
      );
      expect(warningFor({ identitySources: [token], ttl: Duration.seconds(0) })).to.equal('');
      expect(warningFor({ identitySources: [token, '$context.identity.sourceIp'] })).to.equal('');
      const route = [token, '$context.routeKey'];
      const path = [token, '$context.path', '$context.httpMethod'];
      for (const identitySources of [route, path])
        expect(warningFor({ identitySources }, WITH_ROUTES)).to.equal('');
      expect(warningFor({ identitySources: [token] }, WITH_ROUTES)).to.match(/\$context\.routeKey too/);
      expect(() => warningFor({ identitySources: route, behindCatchAll: true })).to.throw(
        OptionError,
        /^cache\.behindCatchAll: has no effect/,
      );
    });

    it('no longer than a rule permits logins to be old, and warns about a TTL of your own that is', () => {
      const aged = (maxAge: number): AuthorizerOptions => ({ rules: { authentication: { maxAge } } });
      const sources = ['method.request.header.Authorization'];
      for (const own of [{}, { identitySources: sources }]) {
        const ttlOf = (options: AuthorizerOptions, cache: CacheProps) => {
          const { template, stack } = restTemplate({ options, cache: { ...own, ...cache } });
          const [one] = Object.values(template().findResources('AWS::ApiGateway::Authorizer'));
          return [one?.['Properties'].AuthorizerResultTtlInSeconds, warningsOf(stack).length];
        };
        expect(ttlOf(aged(60), {})).to.deep.equal([60, 0]);
        expect(ttlOf(aged(900), {})).to.deep.equal([300, 0]);
        expect(ttlOf(aged(60), { ttl: Duration.seconds(60) })).to.deep.equal([60, 0]);
        expect(ttlOf(aged(60), { ttl: Duration.seconds(61) })).to.deep.equal([61, 1]);
        expect(ttlOf({}, { ttl: Duration.seconds(61) })).to.deep.equal([61, 0]);
      }
      const { stack } = restTemplate({ options: aged(60), cache: { ttl: Duration.minutes(5) } });
      expect(warningsOf(stack)[0]).to.match(/^cache\.ttl: .* Use 60 seconds at most, or leave it out\./);
    });

    it('no longer than `revocations.within` leaves, and warns about a longer TTL of your own', () => {
      const options: AuthorizerOptions = { revocations: { store: { read: async () => null } } };
      const { template } = restTemplate({ options, cache: {} });
      template().hasResourceProperties('AWS::ApiGateway::Authorizer', { AuthorizerResultTtlInSeconds: 49 });
      const { stack } = restTemplate({ options, cache: { ttl: Duration.seconds(50) } });
      expect(warningsOf(stack)[0]).to.match(/^cache\.ttl: .*revocation.* Use 49 seconds at most/);
    });

    it('of 0 seconds with `false`', () => {
      const { template } = restTemplate({ cache: false });
      template().hasResourceProperties('AWS::ApiGateway::Authorizer', { AuthorizerResultTtlInSeconds: 0 });
    });

    it('but no TTL where no key is right', () => {
      const withTtl = (ttl: Duration) => restTemplate({ options: UNCACHEABLE, cache: { ttl } });
      expect(() => withTtl(Duration.minutes(5))).to.throw(
        OptionError,
        /^cache\.ttl: cannot be used .* A custom rule/,
      );
      expect(() => withTtl(Duration.seconds(0))).not.to.throw();
    });
  });

  describe('shows notes at synthesis', () => {
    it('on reserved values of parameters, cached or not', () => {
      for (const cache of [{}, false] as const) {
        const { stack } = restTemplate({ options: RESERVED, cache });
        const [note, ...others] = notesOf(stack);
        expect(note).to.match(/`reserved_value`\): GET \/users\/\{id\}\/orders\/\{order\} \(orders\)\.$/);
        expect(others).to.deep.equal([]);
      }
    });

    it('on what a cached answer leaves out', () => {
      const [note] = notesOf(restTemplate({ options: INEXACT }).stack);
      expect(note).to.match(/^Under the token alone, a cached answer denies some callers routes/);
    });

    it('only if there is something to note', () => {
      const { stack } = restTemplate();
      expect(notesOf(stack)).to.deep.equal([]);
      expect(warningsOf(stack)).to.deep.equal([]);
    });
  });

  describe('makes alarms', () => {
    it('on faults, crashes and throttles, each on one event in five minutes', () => {
      const { template, auth0 } = restTemplate();
      expect(auth0.alarms).to.have.length(3);
      template().resourceCountIs('AWS::CloudWatch::Alarm', 3);
      template().allResourcesProperties('AWS::CloudWatch::Alarm', {
        Threshold: 1,
        EvaluationPeriods: 1,
        Period: 300,
        Statistic: 'Sum',
        TreatMissingData: 'notBreaching',
      });
      template().hasResourceProperties('AWS::Logs::MetricFilter', {
        FilterPattern: '{ $.decision = "fault" }',
        LogGroupName: { Ref: Match.stringLikeRegexp('^auth0logs') },
        MetricTransformations: [
          {
            MetricNamespace: 'Auth0Authorizer',
            MetricName: Match.stringLikeRegexp('-faults$'),
            MetricValue: '1',
          },
        ],
      });
      template().hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Throttles' });
    });

    it('on crashes in both log formats of Lambda, by one metric', () => {
      const { template } = restTemplate({ function: { loggingFormat: LoggingFormat.JSON } });
      const crashes = Object.values(template().findResources('AWS::Logs::MetricFilter'))
        .map(({ Properties }) => Properties)
        .filter(({ MetricTransformations }) => /-crashes$/.test(MetricTransformations[0].MetricName));
      expect(crashes.map(({ FilterPattern }) => FilterPattern)).to.deep.equal([
        '?"Task timed out" ?"Uncaught Exception" ?"Runtime exited" ?"Runtime.ImportModuleError"',
        '{ ($.record.status = "timeout") || ($.record.errorType = "Runtime.ExitError") || ' +
          '($.record.errorType = "Runtime.OutOfMemory") || ($.errorType = "Runtime.*") }',
      ]);
      const names = crashes.map(({ MetricTransformations }) => MetricTransformations[0].MetricName);
      expect(new Set(names)).to.have.length(1);
      template().hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: names[0] });
    });

    it('with actions and properties of your own', () => {
      const stack = newStack();
      const actions = [new SnsAction(new Topic(stack, 'topic'))];
      const { template } = restTemplate(
        { alarms: { actions, faults: { threshold: 10 }, throttles: false } },
        stack,
      );
      template().resourceCountIs('AWS::CloudWatch::Alarm', 2);
      template().hasResourceProperties('AWS::CloudWatch::Alarm', {
        Threshold: 10,
        AlarmActions: [{ Ref: Match.stringLikeRegexp('^topic') }],
      });
    });

    it('or none', () => {
      const { template, auth0 } = restTemplate({ alarms: false });
      expect(auth0.alarms).to.deep.equal([]);
      template().resourceCountIs('AWS::CloudWatch::Alarm', 0);
      template().resourceCountIs('AWS::Logs::MetricFilter', 0);
    });
  });

  describe('watches metrics', () => {
    const METRICS: AuthorizerOptions = { ...IP, metrics: true, metricsDimensions: { stage: 'prod' } };

    it('by an alarm for each cause if the authorizer writes them, with the actions of the alarms', () => {
      const stack = newStack();
      const actions = [new SnsAction(new Topic(stack, 'topic'))];
      const environment = { POWERTOOLS_SERVICE_NAME: 'orders', POWERTOOLS_METRICS_NAMESPACE: 'Shop' };
      const props = { options: METRICS, alarms: { actions }, function: { environment } };
      const { template, auth0 } = restTemplate(props, stack);
      expect(auth0.metricAlarms).to.have.length(6);
      // Crashes and throttles. Faults have their alarm on metrics.
      expect(auth0.alarms).to.have.length(2);
      template().resourceCountIs('AWS::CloudWatch::Alarm', 8);
      template().hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'Shop',
        MetricName: 'Duration',
        Dimensions: [
          { Name: 'service', Value: 'orders' },
          { Name: 'stage', Value: 'prod' },
        ],
        AlarmActions: [{ Ref: Match.stringLikeRegexp('^topic') }],
      });
      template().resourceCountIs('AWS::CloudWatch::Dashboard', 0);
      template().resourceCountIs('AWS::Logs::QueryDefinition', 0);
    });

    it('with settings of their own, or not at all', () => {
      const few = { attack: { threshold: 200 }, client: false, coldStarts: false } as const;
      const { template } = restTemplate({ options: METRICS, monitoring: { alarms: few }, alarms: false });
      template().resourceCountIs('AWS::CloudWatch::Alarm', 4);
      template().hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 200 });
      for (const monitoring of [false, { alarms: false }] as const) {
        const none = restTemplate({ options: METRICS, monitoring });
        none.template().resourceCountIs('AWS::CloudWatch::Alarm', 3);
        expect(none.auth0.metricAlarms).to.deep.equal([]);
      }
      expect(restTemplate().auth0.metricAlarms).to.deep.equal([]);
    });

    it('on a dashboard with the state of the alarms, and saves queries for the log group', () => {
      const { template } = restTemplate({
        options: METRICS,
        monitoring: { dashboard: true, savedQueries: true },
      });
      const boards = template().findResources('AWS::CloudWatch::Dashboard');
      const values = Object.values(boards).flatMap(({ Properties }) =>
        Object.values(Properties.DashboardBody['Fn::Sub'][1]),
      );
      const ids = Object.keys(template().findResources('AWS::CloudWatch::Alarm'));
      const shown = values.flatMap((value) => {
        const attribute = (value as { 'Fn::GetAtt'?: [string, string] })['Fn::GetAtt'];
        return attribute === undefined ? [] : [attribute[0]];
      });
      expect(shown).to.have.length(6);
      expect(ids).to.include.members(shown);
      template().hasResourceProperties('AWS::Logs::QueryDefinition', {
        LogGroupNames: [{ Ref: Match.stringLikeRegexp('^auth0logs') }],
      });
    });

    it('on a dashboard that CloudFormation fills in where the CDK has tokens', () => {
      const environment = { POWERTOOLS_SERVICE_NAME: `orders-${Aws.STACK_NAME}` };
      const { template } = restTemplate({
        options: METRICS,
        function: { environment },
        monitoring: { dashboard: true },
      });
      const boards = Object.values(template().findResources('AWS::CloudWatch::Dashboard'));
      const [[body, values]] = boards.map(({ Properties }) => Properties.DashboardBody['Fn::Sub']) as [
        [string, Record<string, unknown>],
      ];
      const filledIn = (pattern: RegExp) => values[pattern.exec(body)?.groups?.['name'] ?? ''];
      expect(body).not.to.contain('Token[');
      expect(filledIn(/SOURCE '\$\{(?<name>\w+)\}'/))
        .to.have.property('Ref')
        .that.matches(/^auth0logs/);
      expect(filledIn(/"orders-\$\{(?<name>\w+)\}"/)).to.deep.equal({ Ref: 'AWS::StackName' });
    });

    it('on faults in the log if no alarm on metrics does', () => {
      const { auth0 } = restTemplate({ options: METRICS, monitoring: { alarms: { faults: false } } });
      expect(auth0.metricAlarms).to.have.length(5);
      expect(auth0.alarms).to.have.length(3);
    });

    it('by the names that a Powertools Metrics takes from the environment of the function', () => {
      const environment = { POWERTOOLS_SERVICE_NAME: 'orders', POWERTOOLS_METRICS_NAMESPACE: 'Shop' };
      const logger = { ...console, warn: () => undefined };
      const namesWith = (metrics: Metrics, own: Record<string, string>) => {
        const { template } = restTemplate({
          options: { ...IP, metrics },
          function: { environment: own },
        });
        const all = Object.values(template().findResources('AWS::CloudWatch::Alarm'));
        return all.flatMap(({ Properties: { ExtendedStatistic, Namespace, Dimensions } }) =>
          ExtendedStatistic === undefined ? [] : [Namespace, Dimensions[0].Value],
        );
      };
      expect(namesWith(new Metrics({ logger }), environment)).to.deep.equal(['Shop', 'orders']);
      expect(
        namesWith(new Metrics({ namespace: 'Own', serviceName: 'own', logger }), environment),
      ).to.deep.equal(['Own', 'own']);
      expect(namesWith(new Metrics({ logger }), {})).to.deep.equal([
        'default_namespace',
        'service_undefined',
      ]);
    });

    it('with the namespace and the dimensions of a Powertools Metrics', () => {
      const line = { _aws: { CloudWatchMetrics: [{ Namespace: 'Own', Dimensions: [['team']] }] }, team: 'a' };
      const metrics = { singleMetric: () => ({ serializeMetrics: () => line }) };
      const { template } = restTemplate({ options: { ...IP, metrics } });
      template().hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'Own',
        Dimensions: Match.arrayWith([{ Name: 'team', Value: 'a' }]),
      });
    });

    it('only if the authorizer writes them', () => {
      refuses({ monitoring: { dashboard: true } }, /^monitoring\.dashboard: needs metrics/);
      refuses({ monitoring: { alarms: { latency: false } } }, /^monitoring\.alarms: needs metrics/);
      refuses({ options: METRICS, monitoring: { alarm: {} } }, /^monitoring\.alarm: is not an option/);
      restTemplate({ monitoring: { alarms: false, savedQueries: true } });
    });
  });

  describe('adds gateway responses to a REST API', () => {
    it('that equal those of `gatewayResponses`, before the API is deployed', () => {
      const options = { resourceMetadata: resourceMetadataUrl('https://api.example.com/') };
      const { template, auth0, api } = restTemplate();
      auth0.addGatewayResponses(api, options);
      const restApiId = { Ref: Match.stringLikeRegexp('^api') };
      for (const { Type, Properties } of Object.values(gatewayResponses(options).cloudFormation(restApiId))) {
        template().hasResourceProperties(Type, Properties);
      }
      template().resourceCountIs('AWS::ApiGateway::GatewayResponse', 6);
      template().hasResource('AWS::ApiGateway::Deployment', {
        DependsOn: Match.arrayWith([Match.stringLikeRegexp('^apiauth0UNAUTHORIZED')]),
      });
    });

    it('with every origin by default', () => {
      const { template, auth0, api } = restTemplate();
      auth0.addGatewayResponses(api);
      template().allResourcesProperties('AWS::ApiGateway::GatewayResponse', {
        ResponseParameters: Match.objectLike({ 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" }),
      });
    });
  });
});
