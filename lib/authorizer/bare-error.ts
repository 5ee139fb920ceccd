import { defined } from '../util/defined.ts';

/**
 * An error with its name, message, stack and code alone. Clients of stores add members of their own, such as the command
 * and its arguments or the HTTP response, and loggers print them.
 */
export function bareError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('a value that is not an Error was thrown by the store');
  const { name, message, stack, code } = error as NodeJS.ErrnoException;
  return Object.assign(new Error(message), defined({ name, stack, code }));
}
