import type { AccessTokenClaims } from '../token/verified-token.ts';

/** A text of the caller's token that a path may have to contain, such as the id of an organization. */
export interface OwnText {
  /** Of the claim. */
  readonly name: string;
  /** What these texts begin with, usually. Callers with other texts get policies for one request. */
  readonly prefix: string;
  /** The longest text that documents have room for, characters. Callers with longer texts get policies for one request. */
  readonly maxLength: number;
  /** The caller's text: RFC 3986 unreserved characters only, no dot segment; `undefined` if the token has no such text. */
  of(claims: AccessTokenClaims): string | undefined;
}

/** A parameter of a route that must be a text of the caller: of other callers the route takes other paths. */
export interface Binding {
  /** Index of the parameter among the segments of the route. */
  readonly segment: number;
  readonly own: OwnText;
}

/** C1 controls: no literal of a route contains them, no plain text of a token, and JSON does not escape them. */
const FIRST_CODE = 0x80;
const PLACEHOLDER = /[\u0080-\u009f]/;

/** The literal that stands for an own text in a table: as long as the longest text. Each own text has another one. */
export function placeholderOf({ prefix, maxLength }: OwnText, number: number): string {
  return prefix + String.fromCharCode(FIRST_CODE + number).repeat(maxLength - prefix.length);
}

export function isPlaceholder(literal: string): boolean {
  return PLACEHOLDER.test(literal);
}
