import type { PolicyDocument } from '../iam/policy-document.ts';
import { deepFreeze } from '../token/freeze.ts';
import { isPlaceholder } from './own-text.ts';

/** A text of the caller, and the placeholder for it in documents; `null` if the caller has no such text. */
export interface FilledText {
  readonly placeholder: string;
  readonly text: string | null;
}

/** A segment of no path that passes. Routes that are bound to a text are closed to callers without it. */
const NOBODY = '%';

/** A document with placeholders, made ready for many callers. */
export interface DocumentTemplate {
  readonly json: string;
  /** The literals of the partial globs at the end of its resources, without placeholders. */
  readonly beginnings: readonly string[];
}

/** A partial glob at the end of a resource, such as `users*`, and its literal. */
const PARTIAL = /\/([^/*?]+)\*$/;

/** @returns `null` for a document without placeholders */
export function documentTemplate(document: PolicyDocument): DocumentTemplate | null {
  const json = JSON.stringify(document);
  if (!isPlaceholder(json)) return null;
  const partial = document.Statement.flatMap(({ Resource }) => Resource)
    .map((resource) => PARTIAL.exec(resource))
    .filter((found) => found !== null);
  const literals = partial.map(([, literal]) => literal as string);
  return { json, beginnings: literals.filter((literal) => !isPlaceholder(literal)) };
}

/** Writes the texts of a caller in place of the placeholders. */
export function filledDocument(
  { json: template }: DocumentTemplate,
  texts: readonly FilledText[],
): { readonly document: PolicyDocument; readonly bytes: number } {
  const json = texts.reduce(
    (filled, { placeholder, text }) => filled.replaceAll(placeholder, text ?? NOBODY),
    template,
  );
  const document: PolicyDocument = JSON.parse(json);
  deepFreeze(document);
  return { document, bytes: json.length };
}

/**
 * Whether a document treats the texts as it treats their placeholders, so that it is right for them too:
 *
 * - a text is no longer than its placeholder, since some Denies count characters;
 * - no literal of the table begins with it;
 * - no other text of the caller begins with it;
 * - each partial glob (`users*`) matches both or none.
 *
 * @param literals - of the table, without placeholders
 */
export function isGeneric(
  { beginnings }: DocumentTemplate,
  texts: readonly FilledText[],
  literals: readonly string[],
): boolean {
  const known = texts.flatMap(({ text }) => text ?? []);
  const others = [...literals, ...known];
  // Each text begins with itself.
  if (known.some((text) => others.filter((other) => other.startsWith(text)).length > 1)) return false;
  return texts.every(
    ({ text, placeholder }) =>
      text === null ||
      (text.length <= placeholder.length &&
        beginnings.every((one) => text.startsWith(one) === placeholder.startsWith(one))),
  );
}
