import type { FormatAdvice, Guard } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';

export const SERVERLESS_ADVICE: FormatAdvice = {
  guard: 'set `authorizer` at the event',
  unguard: 'remove `authorizer` at the event',
};

/** The events of all functions with this name, `httpApi` for example. */
export function eventsNamed(root: Cursor, name: string): readonly Cursor[] {
  return root
    .get('functions')
    .members.flatMap(([, one]) => one.get('events').items)
    .map((event) => event.get(name))
    .filter((settings) => !settings.isMissing);
}

/** Method and path of an event, in the short form `GET /orders` or as members; `null` if they are not in the document. */
export function methodAndPath(settings: Cursor): readonly [method: string, path: string] | null {
  const [method, path] =
    settings.text === null
      ? [settings.get('method').text, settings.get('path').text]
      : settings.text.trim().split(/\s+/);
  return typeof method === 'string' && typeof path === 'string' ? [method, path] : null;
}

/** Guards that are not Lambda authorizers, by `type` or by the ARN of a user pool; `null` for a Lambda authorizer. */
export function otherGuard(authorizer: Cursor): Guard | null {
  const { undecided } = authorizer;
  if (undecided !== null) return { kind: 'undecided', text: `\`authorizer\` is ${undecided.text}` };
  if (authorizer.isMissing) return { kind: 'none' };
  const type = (authorizer.text ?? authorizer.get('type').text ?? '').toUpperCase();
  if (type === 'AWS_IAM' || type === 'COGNITO_USER_POOLS' || type === 'JWT')
    return { kind: 'other', what: type };
  const isPool = authorizer.get('arn').text?.includes(':cognito-idp:') === true;
  return isPool ? { kind: 'other', what: 'COGNITO_USER_POOLS' } : null;
}
