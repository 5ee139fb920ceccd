import type { Context } from 'aws-lambda';

/**
 * Builds the context of an invocation as the Lambda runtime passes it. `getRemainingTimeInMillis` always returns 5000.
 *
 * @param overrides - members that replace the defaults
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 * @example
 * const answer = await handler(event, lambdaContext({ getRemainingTimeInMillis: () => 50 }));
 */
export function lambdaContext(overrides: Partial<Context> = {}): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'authorizer',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:authorizer',
    memoryLimitInMB: '256',
    awsRequestId: '8f5b0f2e-0000-4000-8000-2c8a4b6f0d11',
    logGroupName: '/aws/lambda/authorizer',
    logStreamName: '2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef',
    getRemainingTimeInMillis: () => 5000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
    ...overrides,
  };
}
