import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpApi, type HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { identitySources } from 'middy-auth0-authorizer';
import { options } from './options.ts';

const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
if (!AUTH0_DOMAIN || !AUTH0_AUDIENCE) throw new Error('Set AUTH0_DOMAIN and AUTH0_AUDIENCE: see README.md');

const stack = new Stack(new App(), 'orders-http-api');

/** The function in `<name>.ts`, bundled as an ES module by the esbuild of this project. */
function lambda(name: string, environment: Record<string, string> = {}): NodejsFunction {
  return new NodejsFunction(stack, name, {
    entry: `${name}.ts`,
    runtime: Runtime.NODEJS_24_X,
    memorySize: 512,
    timeout: Duration.seconds(10),
    environment,
    bundling: { format: OutputFormat.ESM, minify: true },
    logGroup: new LogGroup(stack, `${name}-logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  });
}

// With IAM policies the CDK configures payload format 1.0. Format 2.0 comes with HttpLambdaResponseType.SIMPLE only.
const advice = identitySources(options, 'http-api-1.0');
const authorizer = new HttpLambdaAuthorizer('auth0', lambda('authorizer', { AUTH0_DOMAIN, AUTH0_AUDIENCE }), {
  responseTypes: [HttpLambdaResponseType.IAM],
  identitySource: advice.cache ? [...advice.identitySources] : [],
  resultsCacheTtl: advice.cache ? Duration.minutes(5) : Duration.seconds(0),
});

const api = new HttpApi(stack, 'api', { defaultAuthorizer: authorizer });
const orders = new HttpLambdaIntegration('orders', lambda('orders'));
for (const route of Object.keys(options.routes)) {
  const [method, path] = route.split(' ') as [HttpMethod, string];
  api.addRoutes({ path, methods: [method], integration: orders });
}

new CfnOutput(stack, 'Url', { value: api.apiEndpoint });
