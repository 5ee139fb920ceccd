import { AuthorizerError } from '../../decision/errors.ts';

/** A document cannot be read. The message names the file. */
export class DocumentError extends AuthorizerError {
  override readonly name = 'DocumentError';
  readonly code = 'unreadable_document';
}
