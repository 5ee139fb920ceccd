import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type NodejsFunctionProps, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import { plainMap, refuse } from '../util/option-checks.ts';

/** Properties of the function. Each replaces a default; `environment` and `bundling` are merged by key. */
export type AuthorizerFunctionProps = Omit<NodejsFunctionProps, 'entry'>;

/**
 * Makes the Lambda function: Node.js 24, an ES module made by esbuild, 512 MB, 10 seconds (HTTP APIs wait no longer), and
 * a log group that keeps lines for a month. `AUTH0_DOMAIN` and `AUTH0_AUDIENCE` are set if the options have them as text.
 *
 * @throws {OptionError} for `function.entry`, which is a property of the construct
 */
export function authorizerFunction(
  scope: Construct,
  entry: string,
  options: AuthorizerOptions,
  props: AuthorizerFunctionProps,
): NodejsFunction {
  if ('entry' in plainMap(props, 'function')) refuse('function.entry', 'must be written as `entry`');
  const { environment, bundling, ...others } = props;
  return new NodejsFunction(scope, 'function', {
    entry,
    description: 'Lambda authorizer for Auth0 access tokens',
    runtime: Runtime.NODEJS_24_X,
    memorySize: 512,
    timeout: Duration.seconds(10),
    ...(hasLogGroup(others) ? {} : { logGroup: monthOfLogs(scope) }),
    ...others,
    environment: { ...auth0Variables(options), ...environment },
    bundling: { format: OutputFormat.ESM, minify: true, ...bundling },
  });
}

function hasLogGroup({ logGroup, logRetention }: AuthorizerFunctionProps): boolean {
  return logGroup !== undefined || logRetention !== undefined;
}

function monthOfLogs(scope: Construct): LogGroup {
  return new LogGroup(scope, 'logs', { retention: RetentionDays.ONE_MONTH });
}

function auth0Variables({ domain, audience }: AuthorizerOptions): Record<string, string> {
  const domains = [domain ?? []].flat();
  // A variable cannot bind an audience to a domain. The function has the option itself.
  const hasText = domains.length > 0 && domains.every((one) => typeof one === 'string');
  return {
    ...(hasText ? { AUTH0_DOMAIN: domains.join(',') } : {}),
    ...(audience === undefined ? {} : { AUTH0_AUDIENCE: [audience].flat().join(',') }),
  };
}
