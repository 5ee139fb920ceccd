import type { ExecuteApiArn } from '../../iam/arn.ts';
import { decodedOnce } from './decoded-once.ts';
import { textOf } from './event-fields.ts';

/** The event writes the path as the ARN does, or not at all. */
export const NO_OTHER_PATHS: readonly string[] = Object.freeze([]);

/**
 * Returns the forms of the path that differ from the ARN's. HTTP APIs decode a path once, route it by the decoded form and
 * pass that to the backend; AWS does not document which form the ARN has. A stage or a base path mapping before the path
 * is removed, and a final slash is no difference: events of HTTP APIs were seen without it.
 *
 * @param texts - the event's fields that hold the path
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function otherPaths(
  { path, stage }: ExecuteApiArn & { readonly path: string },
  ...texts: readonly unknown[]
): readonly string[] {
  let others: Set<string> | null = null;
  for (const text of texts) {
    if (text === path) continue;
    const other = otherPath(path, stage, textOf(text) ?? path);
    if (other !== null) others = (others ?? new Set()).add(other);
  }
  return others === null ? NO_OTHER_PATHS : [...others];
}

/** `null` if the text ends with the path, after any prefix. */
function otherPath(path: string, stage: string, text: string): string | null {
  if (endsWithPath(text, path)) return null;
  const decoded = decodedOnce(path);
  if (endsWithPath(text, decoded)) return decoded;
  const stagePrefix = `/${stage}/`;
  return text.startsWith(stagePrefix) ? text.slice(stagePrefix.length - 1) : text;
}

function endsWithPath(text: string, path: string): boolean {
  return withoutFinalSlash(text).endsWith(withoutFinalSlash(path));
}

function withoutFinalSlash(text: string): string {
  return text.endsWith('/') ? text.slice(0, -1) : text;
}
