import { randomUUID } from 'node:crypto';
import type { LambdaFunction } from './api.ts';

/** How a Lambda invocation ended. */
export type Invocation =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly errorMessage: string };

/**
 * Runs a function as Lambda does: event and result travel as JSON, and whoever invoked it sees of an error only its
 * message.
 *
 * @param timeout - milliseconds
 */
export async function invoke(lambda: LambdaFunction, event: unknown, timeout: number): Promise<Invocation> {
  const deadline = performance.now() + timeout;
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Task timed out after ${timeout / 1000} seconds`)), timeout);
  });
  try {
    const running = Promise.resolve(lambda(asJson(event), lambdaContext(deadline)));
    return { ok: true, output: asJson(await Promise.race([running, timedOut])) };
  } catch (error) {
    return { ok: false, errorMessage: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}

function lambdaContext(deadline: number): object {
  return {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'authorizer',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:authorizer',
    logGroupName: '/aws/lambda/authorizer',
    logStreamName: 'local',
    memoryLimitInMB: '256',
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}
