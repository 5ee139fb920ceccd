import type { AuthorizerContext, ContextValue } from '../../decision/decision.ts';

/**
 * The context values that a gateway carries to the backend: `scalars` = strings, numbers and booleans; `structured` =
 * lists and objects too; `strings` = strings only.
 */
export type ContextForm = 'scalars' | 'structured' | 'strings';

/** Names with a meaning of their own: to API Gateway in `$context.authorizer`, or to JavaScript. */
const RESERVED = new Set([
  'claims',
  'principalId',
  'integrationLatency',
  '__proto__',
  'constructor',
  'prototype',
]);

const DEEPEST = 32;

/** The gateway cannot carry the context. */
export interface UnusableContext {
  readonly kind: 'unusable context';
  /** Names the key and the problem, and no value. */
  readonly problem: string;
}

/** A context in a gateway's form; `undefined` if nothing is left of it. */
export type EncodedContext =
  | { readonly kind: 'encoded'; readonly context: AuthorizerContext | undefined }
  | UnusableContext;

const NOTHING: EncodedContext = Object.freeze({ kind: 'encoded', context: undefined });

/**
 * Encodes a context in the form that a gateway carries. `null` and `undefined` are left out. A list or an object that the
 * gateway does not carry becomes the base64url of its JSON: JSON as such was seen to break the replay of a cached answer.
 */
export function encodeContext(context: AuthorizerContext, form: ContextForm): EncodedContext {
  let encoded: Record<string, ContextValue> | undefined;
  for (const key of Object.keys(context)) {
    const value = context[key];
    const problem = RESERVED.has(key) ? 'is a reserved name: choose another' : jsonProblem(value, 0);
    if (problem !== null) return { kind: 'unusable context', problem: `context key '${key}' ${problem}` };
    if (value === undefined || value === null) continue;
    encoded ??= {};
    encoded[key] = encodeValue(value, form);
  }
  return encoded === undefined ? NOTHING : { kind: 'encoded', context: encoded };
}

function encodeValue(value: NonNullable<ContextValue>, form: ContextForm): ContextValue {
  if (typeof value !== 'object') return form === 'strings' ? String(value) : value;
  return form === 'structured' ? value : Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** What JSON would drop, change or fail on; `null` if there is nothing. */
function jsonProblem(value: unknown, depth: number): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : 'contains NaN or an infinite number';
    case 'object':
      return value === null ? null : objectProblem(value, depth);
    case 'undefined':
      return depth === 0 ? null : 'contains an undefined, which JSON does not carry';
    default:
      return `contains a ${typeof value}, which JSON does not carry`;
  }
}

function objectProblem(value: object, depth: number): string | null {
  if (depth === DEEPEST) return `is circular, or nested more than ${DEEPEST} levels deep`;
  if (Array.isArray(value)) return firstProblem(value, depth);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return 'contains an object that is not plain: turn it into text or plain data';
  }
  // JSON leaves out members that are undefined.
  return firstProblem(
    Object.values(value).filter((member) => member !== undefined),
    depth,
  );
}

function firstProblem(values: readonly unknown[], depth: number): string | null {
  for (const value of values) {
    const problem = jsonProblem(value, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}
