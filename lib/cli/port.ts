import { OptionError } from '../decision/errors.ts';
import { wholeNumber } from '../util/option-checks.ts';

/**
 * The value of `--port`.
 *
 * @throws {OptionError} if it is no port
 */
export function portNumber(text: string): number {
  return wholeNumber(/^\d+$/.test(text) ? Number(text) : text, '--port', 0, 65_535);
}

/** @throws {OptionError} if the port is in use; any other error as it is */
export function portInUse(error: Error & { readonly code?: string; readonly port?: number }): never {
  if (error.code !== 'EADDRINUSE') throw error;
  throw new OptionError('--port', `${error.port} is in use: choose another`);
}
