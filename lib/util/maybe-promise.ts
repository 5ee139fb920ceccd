/** A value, or the promise of one: what a call returns that waits only if it must. */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Passes the value on: at once if it is there, else when the promise settles. A rejection is passed through. */
export function andThen<Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}
