/** How the bytes of an answer are shared out, all in bytes of JSON. */

/**
 * The whole answer. Documented for WebSocket authorizers; for the others AWS names no limit, and larger answers were seen
 * to deny every request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const ANSWER_BYTES = 8192;

/** The policy document: the answer less 1.25 KB for the principal, the context and the condition on the token's end. */
export const DOCUMENT_BYTES = 6912;

/** The address lists of `conditions.sourceIp`, which a document contains twice. */
export const ADDRESS_LISTS_BYTES = 1500;

/** What a document with conditions contains around its address lists. */
export const CONDITIONS_BYTES = 400;

/** The answer exceeds the budget. */
export interface TooLarge {
  readonly kind: 'too large';
  /** Bytes of the answer as JSON. */
  readonly bytes: number;
  /** The key of the largest context value, or `principalId` if that is larger; `null` if neither can be shortened. */
  readonly largestKey: string | null;
}

/** Principals of fewer bytes fit beside every policy. */
export const PRINCIPAL_BYTES = 1024;

/** Says what is wrong with an answer that is too large: names its largest part and no value. */
export function tooLargeText({ bytes, largestKey }: TooLarge): string {
  return `the answer has ${bytes} bytes, API Gateway takes ${ANSWER_BYTES}; ${adviceOn(largestKey)}`;
}

function adviceOn(largestKey: string | null): string {
  if (largestKey === null) return 'it has no context to shorten';
  // A reserved name, so no context has this key.
  if (largestKey === 'principalId') return 'its `principalId` is too long';
  return `the largest context key is '${largestKey}'`;
}
