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

/** Writes the texts of a caller in place of the placeholders. */
export function filledDocument(
  document: PolicyDocument,
  texts: readonly FilledText[],
): { readonly document: PolicyDocument; readonly bytes: number } {
  let json = JSON.stringify(document);
  for (const { placeholder, text } of texts) json = json.replaceAll(placeholder, text ?? NOBODY);
  const filled: PolicyDocument = JSON.parse(json);
  deepFreeze(filled);
  return { document: filled, bytes: json.length };
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
  { Statement }: PolicyDocument,
  texts: readonly FilledText[],
  literals: readonly string[],
): boolean {
  const known = texts.flatMap(({ text }) => text ?? []);
  const isAlone = (text: string) =>
    [...literals, ...known].filter((other) => other.startsWith(text)).length === 1;
  if (!known.every(isAlone)) return false;
  const beginnings = Statement.flatMap(({ Resource }) => Resource).flatMap(partialBeginning);
  return texts.every(
    ({ text, placeholder }) =>
      text === null ||
      (text.length <= placeholder.length &&
        beginnings.every((one) => text.startsWith(one) === placeholder.startsWith(one))),
  );
}

/** The literal of a partial glob at the end of a resource. */
function partialBeginning(resource: string): readonly string[] {
  const [, literal = ''] = /\/([^/*?]+)\*$/.exec(resource) ?? [];
  return literal === '' || isPlaceholder(literal) ? [] : [literal];
}
