import { AuthorizerError } from '../decision/errors.ts';

/** A command failed for a reason outside, which its cause names. */
export class CommandError extends AuthorizerError {
  override readonly name = 'CommandError';
  readonly code = 'command_failed';
}
