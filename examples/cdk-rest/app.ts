import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EndpointType, LambdaIntegration, RequestAuthorizer, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { identitySources } from 'middy-auth0-authorizer';
import { options } from './options.ts';

const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
if (!AUTH0_DOMAIN || !AUTH0_AUDIENCE) throw new Error('Set AUTH0_DOMAIN and AUTH0_AUDIENCE: see README.md');

const stack = new Stack(new App(), 'orders-rest');

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

const advice = identitySources(options, 'rest-request');
const authorizer = new RequestAuthorizer(stack, 'auth0', {
  handler: lambda('authorizer', { AUTH0_DOMAIN, AUTH0_AUDIENCE }),
  identitySources: advice.cache ? [...advice.identitySources] : [],
  resultsCacheTtl: advice.cache ? Duration.minutes(5) : Duration.seconds(0),
});

const api = new RestApi(stack, 'api', {
  defaultMethodOptions: { authorizer },
  endpointTypes: [EndpointType.REGIONAL],
  cloudWatchRole: false,
});
const orders = new LambdaIntegration(lambda('orders'));
for (const route of Object.keys(options.routes)) {
  const [method = '', path = ''] = route.split(' ');
  api.root.resourceForPath(path).addMethod(method, orders);
}

new CfnOutput(stack, 'Url', { value: api.url });
