import { OptionError } from '../decision/errors.ts';
import { isObject } from './is-object.ts';
import { isPlain, kindOf } from './kind-of.ts';

/**
 * The checks that option parsers are made of. Each takes a value and its dotted path, and returns the value with its
 * type or throws an `OptionError`.
 */

/** A plain object without keys other than those of `known`. */
export function plainObject<Key extends string>(
  value: unknown,
  path: string,
  known: readonly Key[],
): { readonly [key in Key]?: unknown } {
  const object = plainMap(value, path);
  for (const key of Object.keys(object)) {
    if (!(known as readonly string[]).includes(key)) {
      refuseUnknown(memberPath(path, key), known);
    }
  }
  return object as { readonly [key in Key]?: unknown };
}

/** Options by their former dotted path, with the name that each has now. */
const RENAMED: ReadonlyMap<string, string> = new Map([['sampleAllows', 'allowSampleRate']]);

function refuseUnknown(path: string, known: readonly string[]): never {
  const renamed = RENAMED.get(path);
  if (renamed !== undefined) refuse(path, `was renamed: write \`${renamed}\``);
  refuse(path, `is not an option; known options: ${known.join(', ')}`);
}

/**
 * A plain object of checks. A key whose value is undefined is refused: the value may come from an environment variable
 * that is not set or from a misspelt name, and must not switch a check off.
 */
export function plainChecks<Key extends string>(
  value: unknown,
  path: string,
  known: readonly Key[],
): { readonly [key in Key]?: unknown } {
  const object = plainObject(value, path, known);
  refuseUndefined(object, path, known);
  return object;
}

/** @throws {OptionError} if one of these keys is present but undefined */
export function refuseUndefined(
  object: Readonly<Record<string, unknown>>,
  path: string,
  keys: readonly string[],
): void {
  const key = Object.keys(object).find((name) => object[name] === undefined && keys.includes(name));
  if (key === undefined) return;
  refuse(memberPath(path, key), 'is undefined; give it a value or leave the key out');
}

/**
 * @param names - the keys of the option
 * @param what - what each of them names, for the message: `rule`
 * @throws {OptionError} if there is no key: the option would have no effect, so that it is a mistake
 */
export function refuseEmpty(names: readonly string[], path: string, what: string): void {
  if (names.length === 0) refuse(path, `has no ${what}: name one, or leave the option out`);
}

/** The dotted path of a member; `path` is empty at the top. */
export function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Checks an optional member. Returns `usual` if it is absent; extra arguments are passed on to `check`. */
export function optional<Name extends string, Value, Usual, More extends unknown[]>(
  options: { readonly [key in Name]?: unknown },
  path: string,
  name: Name,
  usual: Usual,
  check: (value: unknown, path: string, ...more: More) => Value,
  ...more: More
): Value | Usual {
  const value = options[name];
  return value === undefined ? usual : check(value, memberPath(path, name), ...more);
}

/** A plain object with any keys: the user chooses them, such as claim names. */
export function plainMap(value: unknown, path: string): { readonly [key: string]: unknown } {
  if (!isObject(value) || !isPlain(value)) {
    refuseValue(path === '' ? 'options' : path, 'an object', value);
  }
  return value;
}

/**
 * @param advice - what is wrong and what to do, to be read after the path
 * @throws {OptionError}
 */
export function refuse(path: string, advice: string): never {
  throw new OptionError(path, advice);
}

/** @throws {OptionError} that says that the value must be `wanted`, `a number` for example */
export function refuseValue(path: string, wanted: string, value: unknown): never {
  return refuse(path, `must be ${wanted}, not ${kindOf(value)}`);
}

export function nonEmptyString(value: unknown, path: string): string {
  if (typeof value !== 'string' || value.trim() === '') {
    refuseValue(path, 'a non-empty string', value);
  }
  return value;
}

/** A string or a list of strings, as a list. The strings may be empty. */
export function strings(value: unknown, path: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((item) => typeof item === 'string')) return list;
  return refuse(path, 'must be a string or a list of strings');
}

/** A non-empty string or a list of them, as a list. Duplicates are refused. */
export function nonEmptyStrings(value: unknown, path: string): readonly string[] {
  if (typeof value === 'string') return [nonEmptyString(value, path)];
  return nonEmptyList(value, path, nonEmptyString);
}

/** @param what - what an item is, for the message */
export function nonEmptyArray(value: unknown, path: string, what: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) {
    refuseValue(path, `a list with at least one ${what}`, value);
  }
  // A copy has no holes. `map` would skip the holes of the value.
  return [...value];
}

/** A list with at least one item. Each item is checked; duplicates are refused. */
export function nonEmptyList<Item>(
  value: unknown,
  path: string,
  check: (item: unknown, path: string) => Item,
): readonly Item[] {
  const items = nonEmptyArray(value, path, 'item').map((item, index) => check(item, `${path}[${index}]`));
  const seen = new Set<Item>();
  for (const [index, item] of items.entries()) {
    if (seen.has(item)) refuse(`${path}[${index}]`, 'is in the list twice');
    seen.add(item);
  }
  return Object.freeze(items);
}

/** A duration in seconds. */
export function seconds(value: unknown, path: string, min: number, max: number): number {
  return numberWithin(value, path, min, max, ' seconds');
}

export function wholeNumber(value: unknown, path: string, min: number, max: number): number {
  if (!Number.isInteger(value)) refuseValue(path, 'a whole number', value);
  return numberWithin(value, path, min, max, '');
}

/** A share: 0 for none, 1 for all. */
export function share(value: unknown, path: string): number {
  return numberWithin(value, path, 0, 1, '');
}

function numberWithin(value: unknown, path: string, min: number, max: number, unit: string): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    refuseValue(path, `a number from ${min} to ${max}${unit}`, value);
  }
  return value;
}

export function oneOf<const Choice extends string>(
  value: unknown,
  path: string,
  choices: readonly Choice[],
): Choice {
  if (typeof value !== 'string' || !(choices as readonly string[]).includes(value)) {
    refuseValue(path, choices.map((choice) => `'${choice}'`).join(' or '), value);
  }
  return value as Choice;
}

export function boolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') refuseValue(path, 'true or false', value);
  return value;
}

/**
 * A function that is not `async`: its result is needed at once.
 *
 * @param instead - where asynchronous work belongs, for the message
 */
export function syncFunc<Fn extends (...args: any[]) => unknown>(
  value: unknown,
  path: string,
  instead: string,
): Fn {
  const fn = func<Fn>(value, path);
  if (Object.prototype.toString.call(fn) !== '[object AsyncFunction]') return fn;
  return refuse(path, `must not be async: do asynchronous work in ${instead}`);
}

export function func<Fn extends (...args: any[]) => unknown>(value: unknown, path: string): Fn {
  if (typeof value !== 'function') refuseValue(path, 'a function', value);
  return value as Fn;
}

/**
 * An object with these methods, of any class: the client of a service, which may come from another copy of its library.
 *
 * @param wanted - what it is, for the message: `a DynamoDBClient`
 */
export function objectWith<Type extends object>(
  value: unknown,
  path: string,
  wanted: string,
  methods: readonly (keyof Type & string)[],
): Type {
  if (!isObject(value)) refuseValue(path, wanted, value);
  for (const method of methods) func(value[method], `${path}.${method}`);
  return value as Type;
}
