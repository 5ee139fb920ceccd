import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Auth0Authorizer } from 'middy-auth0-authorizer/cdk';
import { options } from './options.ts';

const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
if (!AUTH0_DOMAIN || !AUTH0_AUDIENCE) throw new Error('Set AUTH0_DOMAIN and AUTH0_AUDIENCE: see README.md');

const stack = new Stack(new App(), 'orders-rest');

// The function, the authorizer with its cache key and TTL from the options, the permission, and alarms.
const auth0 = new Auth0Authorizer(stack, 'auth0', {
  entry: 'authorizer.ts',
  options,
  api: 'rest',
  function: { environment: { AUTH0_DOMAIN, AUTH0_AUDIENCE } },
});

const api = new RestApi(stack, 'api', {
  // Every method has the authorizer, unless it names another one.
  defaultMethodOptions: { authorizer: auth0.authorizer },
  endpointTypes: [EndpointType.REGIONAL],
  cloudWatchRole: false,
});
// Clients get a challenge with a 401, the refusal code with a 403, and CORS headers with both.
auth0.addGatewayResponses(api);

const backend = new NodejsFunction(stack, 'orders', {
  entry: 'orders.ts',
  runtime: Runtime.NODEJS_24_X,
  bundling: { format: OutputFormat.ESM, minify: true },
});
const orders = new LambdaIntegration(backend);
for (const route of Object.keys(options.routes)) {
  const [method = '', path = ''] = route.split(' ');
  api.root.resourceForPath(path).addMethod(method, orders);
}

new CfnOutput(stack, 'Url', { value: api.url });
