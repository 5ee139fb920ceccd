import type { AuthorizerContext, ContextValue } from '../../decision/decision.ts';
import { AuthorizerFault } from '../../decision/errors.ts';

/**
 * What a gateway carries to the backend: `scalars` = strings, numbers and booleans; `structured` = lists and objects
 * too; `strings` = strings only.
 */
export type ContextForm = 'scalars' | 'structured' | 'strings';

/**
 * Names that API Gateway gives a meaning of its own in `$context.authorizer`, and those that are no plain keys in
 * JavaScript.
 */
const RESERVED = new Set([
  'claims',
  'principalId',
  'integrationLatency',
  '__proto__',
  'constructor',
  'prototype',
]);

const DEEPEST = 32;

/**
 * The context in the form that a gateway carries. `null` and `undefined` are left out. A list or an object that the
 * gateway does not carry becomes the base64url of its JSON: JSON as such was seen to break the replay of a cached answer.
 *
 * @throws {AuthorizerFault} `handler_result`, which names the key and no value
 */
export function encodeContext(context: AuthorizerContext, form: ContextForm): AuthorizerContext | undefined {
  let encoded: Record<string, ContextValue> | undefined;
  for (const key of Object.keys(context)) {
    if (RESERVED.has(key)) throw unusable(key, 'is a reserved name: choose another');
    const value = context[key];
    if (value === undefined || value === null) continue;
    encoded ??= {};
    encoded[key] = encodeValue(key, value, form);
  }
  return encoded;
}

function encodeValue(key: string, value: NonNullable<ContextValue>, form: ContextForm): ContextValue {
  checkJson(key, value, 0);
  if (typeof value !== 'object') return form === 'strings' ? String(value) : value;
  return form === 'structured' ? value : Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Refuses what JSON would drop, change or choke on. */
function checkJson(key: string, value: unknown, depth: number): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) throw unusable(key, 'holds NaN or an infinite number');
      return;
    case 'object':
      return checkObject(key, value, depth);
    default:
      throw unusable(key, `holds a ${typeof value}, which JSON does not carry`);
  }
}

function checkObject(key: string, value: object | null, depth: number): void {
  if (value === null) return;
  if (depth === DEEPEST) throw unusable(key, `is circular, or nested more than ${DEEPEST} levels deep`);
  if (Array.isArray(value)) {
    for (const item of value) checkJson(key, item, depth + 1);
    return;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw unusable(key, 'holds an object that is not plain: turn it into text or plain data');
  }
  for (const member of Object.values(value)) {
    if (member !== undefined) checkJson(key, member, depth + 1);
  }
}

function unusable(key: string, problem: string): AuthorizerFault {
  return new AuthorizerFault('handler_result', `context key '${key}' ${problem}`);
}
