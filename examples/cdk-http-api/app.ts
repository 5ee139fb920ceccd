import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { HttpApi, type HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Auth0Authorizer } from 'middy-auth0-authorizer/cdk';
import { options } from './options.ts';

const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
if (!AUTH0_DOMAIN || !AUTH0_AUDIENCE) throw new Error('Set AUTH0_DOMAIN and AUTH0_AUDIENCE: see README.md');

const stack = new Stack(new App(), 'orders-http-api');

// The function, the authorizer with its cache key and TTL from the options, the permission, and alarms.
const auth0 = new Auth0Authorizer(stack, 'auth0', {
  entry: 'authorizer.ts',
  options,
  api: 'http',
  function: { environment: { AUTH0_DOMAIN, AUTH0_AUDIENCE } },
});

// Every route has the authorizer, unless it names another one.
const api = new HttpApi(stack, 'api', { defaultAuthorizer: auth0.authorizer });
const backend = new NodejsFunction(stack, 'orders', {
  entry: 'orders.ts',
  runtime: Runtime.NODEJS_24_X,
  bundling: { format: OutputFormat.ESM, minify: true },
});
const orders = new HttpLambdaIntegration('orders', backend);
for (const route of Object.keys(options.routes)) {
  const [method, path] = route.split(' ') as [HttpMethod, string];
  api.addRoutes({ path, methods: [method], integration: orders });
}

new CfnOutput(stack, 'Url', { value: api.apiEndpoint });
