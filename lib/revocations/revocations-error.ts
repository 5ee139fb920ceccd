import { AuthorizerError } from '../decision/errors.ts';

/** What is wrong with the list of revocations. */
export type RevocationsErrorCode =
  | 'revocations_invalid'
  | 'revocations_full'
  | 'revocations_conflict'
  | 'revocations_event'
  | 'revocations_timeout';

/** Why the list of revocations could not be read or changed. Contains nothing of the record and no value of an entry. */
export class RevocationsError extends AuthorizerError {
  override readonly name = 'RevocationsError';
  declare readonly code: RevocationsErrorCode;

  constructor(code: RevocationsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
