import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AuthorizationType, Definition, GraphqlApi } from 'aws-cdk-lib/aws-appsync';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { identitySources } from 'middy-auth0-authorizer';
import { options } from './options.ts';

const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
if (!AUTH0_DOMAIN || !AUTH0_AUDIENCE) throw new Error('Set AUTH0_DOMAIN and AUTH0_AUDIENCE: see README.md');

const stack = new Stack(new App(), 'orders-appsync');

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

// The authorizer's answers name their TTL themselves: `ttlOverride`, never beyond the token's expiry.
const advice = identitySources(options, 'appsync-graphql');
const api = new GraphqlApi(stack, 'api', {
  name: 'orders-appsync',
  definition: Definition.fromFile('schema.graphql'),
  authorizationConfig: {
    defaultAuthorization: {
      authorizationType: AuthorizationType.LAMBDA,
      lambdaAuthorizerConfig: {
        handler: lambda('authorizer', { AUTH0_DOMAIN, AUTH0_AUDIENCE }),
        resultsCacheTtl: Duration.seconds(advice.cache ? options.ttlOverride : 0),
      },
    },
  },
});
api
  .addLambdaDataSource('orders', lambda('orders'))
  .createResolver('query-orders', { typeName: 'Query', fieldName: 'orders' });

new CfnOutput(stack, 'Url', { value: api.graphqlUrl });
