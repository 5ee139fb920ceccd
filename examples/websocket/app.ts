import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { options } from './options.ts';

const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
if (!AUTH0_DOMAIN || !AUTH0_AUDIENCE) throw new Error('Set AUTH0_DOMAIN and AUTH0_AUDIENCE: see README.md');

const stack = new Stack(new App(), 'chat-websocket');

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

// API Gateway authorizes $connect, and never caches the answer. Without the token in the query it refuses by itself.
const authorizer = new WebSocketLambdaAuthorizer(
  'auth0',
  lambda('authorizer', { AUTH0_DOMAIN, AUTH0_AUDIENCE }),
  {
    identitySource: [`route.request.querystring.${options.tokenSource.query}`],
  },
);

const chat = lambda('chat');
const api = new WebSocketApi(stack, 'api', {
  connectRouteOptions: { integration: new WebSocketLambdaIntegration('connect', chat), authorizer },
  defaultRouteOptions: {
    integration: new WebSocketLambdaIntegration('default', chat),
    returnResponse: true,
  },
});
const stage = new WebSocketStage(stack, 'stage', { webSocketApi: api, stageName: 'prod', autoDeploy: true });

new CfnOutput(stack, 'Url', { value: stage.url });
