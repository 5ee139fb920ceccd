import type { AuthorizerContext, ContextValue } from '../../decision/decision.ts';

/**
 * The context values that a gateway carries to the backend: `scalars` = strings, numbers and booleans; `structured` =
 * lists and objects too; `strings` = strings only.
 */
export type ContextForm = 'scalars' | 'structured' | 'strings';

/**
 * The context key that lists the keys of texts that look like another value, such as `'42'` or `'true'`. The keys are
 * separated by spaces; a space or `%` in a key is percent-encoded. With this list the backend can restore the type of every
 * value.
 */
const TEXT_KEYS = 'textKeys';

/** A text that reads like a boolean, a number, or the base64url of a list or an object in JSON. */
const LOOKS_ENCODED = /^(?:true$|false$|-?\d|W[yz123]|e[y3])/;

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
 * A context that many answers share: {@link encodeContext} encodes it once for each form. The encodings are in a private
 * field, since a WeakMap makes the garbage collection of new tokens slower by a fifth of a whole decision.
 */
export class SharedContext {
  #encodings: Partial<Record<ContextForm, EncodedContext>> | undefined;

  private constructor(values: AuthorizerContext) {
    Object.freeze(Object.assign(this, values));
  }

  /** @param values - frozen at every level */
  static of<Values extends AuthorizerContext>(values: Values): Values {
    return new SharedContext(values) as object as Values;
  }

  /** The encodings so far, to be completed; `undefined` for a context that is not shared. */
  static encodingsOf(context: object): Partial<Record<ContextForm, EncodedContext>> | undefined {
    if (!(#encodings in context)) return undefined;
    context.#encodings ??= {};
    return context.#encodings;
  }
}

/**
 * Encodes a context in the form that a gateway carries, and names the texts that look like another value. The entry point
 * `backend` decodes it.
 */
export function encodeContext(context: AuthorizerContext, form: ContextForm): EncodedContext {
  const encodings = SharedContext.encodingsOf(context);
  if (encodings === undefined) return encode(context, form);
  const known = encodings[form];
  if (known !== undefined) return known;
  const encoded = encode(context, form);
  if (encoded.kind === 'encoded') Object.freeze(encoded.context);
  encodings[form] = encoded;
  return encoded;
}

function encode(context: AuthorizerContext, form: ContextForm): EncodedContext {
  if (TEXT_KEYS in context) return reserved(TEXT_KEYS);
  const carried = carryContext(context, form);
  if (carried.kind === 'unusable context') return carried;
  let textKeys = '';
  for (const key in carried.context) {
    const value = context[key];
    if (typeof value === 'string' && LOOKS_ENCODED.test(value))
      textKeys += ` ${key.replace(/[ %]/g, encodeURIComponent)}`;
  }
  if (textKeys === '') return carried;
  return { kind: 'encoded', context: { ...carried.context, [TEXT_KEYS]: textKeys.slice(1) } };
}

/**
 * Turns the values of a context into those that a gateway carries. `null` and `undefined` are left out. A list or an object
 * that the gateway does not carry becomes the base64url of its JSON: JSON as such was seen to break the replay of a cached
 * answer.
 */
export function carryContext(context: AuthorizerContext, form: ContextForm): EncodedContext {
  let encoded: Record<string, ContextValue> | undefined;
  for (const key of Object.keys(context)) {
    if (RESERVED.has(key)) return reserved(key);
    const value = context[key];
    const problem = jsonProblem(value, 0);
    if (problem !== null) return unusable(key, problem);
    if (value === undefined || value === null) continue;
    encoded ??= {};
    encoded[key] = encodeValue(value, form);
  }
  return encoded === undefined ? NOTHING : { kind: 'encoded', context: encoded };
}

function reserved(key: string): UnusableContext {
  return unusable(key, 'is a reserved name: choose another');
}

function unusable(key: string, problem: string): UnusableContext {
  return { kind: 'unusable context', problem: `context key '${key}' ${problem}` };
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
