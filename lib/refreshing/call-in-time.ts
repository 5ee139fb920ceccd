import type { SteadyClock } from './clock.ts';

export type Called<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Calls a store and waits no longer than that. Never rejects: whatever the call throws is a failure.
 *
 * @param late - the error if there is no answer in time
 */
export async function callInTime<Value>(
  clock: SteadyClock,
  timeoutMs: number,
  action: () => Promise<Value>,
  late: Error,
): Promise<Called<Value>> {
  let called: Called<Value> = { kind: 'failed', error: late };
  const settled = (async () => action())().then(
    (value) => {
      called = { kind: 'value', value };
    },
    (error: unknown) => {
      called = { kind: 'failed', error };
    },
  );
  await clock.within(settled, timeoutMs);
  // Read once: the call may still settle later.
  return called;
}
