import { isObject } from '../../util/is-object.ts';
import {
  boolean,
  nonEmptyList,
  optional,
  plainChecks,
  refuse,
  refuseValue,
} from '../../util/option-checks.ts';
import type { Holds } from './held-values.ts';

/** The names that `scopes` and `permissions` require: all of a list; or all of `all` and at least one of `any`. */
export type RequiredNames =
  | readonly string[]
  | {
      /**
       * All of these are required.
       *
       * @default none
       */
      readonly all?: readonly string[];
      /**
       * At least one of these is required.
       *
       * @default none
       */
      readonly any?: readonly string[];
      /**
       * Judged and logged, not enforced.
       *
       * @default false
       */
      readonly reportOnly?: boolean;
    };

/** The names that a caller must have: all of `all`, and at least one of `any` unless that is empty. */
export interface Required {
  readonly all: readonly string[];
  readonly any: readonly string[];
  readonly reportOnly: boolean;
}

const NONE: readonly string[] = [];

/** `scope-token` of RFC 6749 section 3.3; Auth0's permissions are scopes too. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Reads the option of `scopes` and `permissions`: a list, all of which are required, or `{ all, any, reportOnly }`.
 *
 * @throws {OptionError}
 */
export function parseRequired(value: unknown, path: string): Required {
  if (Array.isArray(value)) return { all: scopeList(value, path), any: [], reportOnly: false };
  if (!isObject(value)) {
    refuseValue(path, "a list such as ['read:orders'], or an object", value);
  }
  const options = plainChecks(value, path, ['all', 'any', 'reportOnly']);
  if (options.all === undefined && options.any === undefined) {
    refuse(path, 'requires nothing: set a list, `all` or `any`');
  }
  const all = optional(options, path, 'all', NONE, scopeList);
  const any = optional(options, path, 'any', NONE, scopeList);
  const moot = any.findIndex((scope) => all.includes(scope));
  if (moot !== -1) {
    refuse(
      `${path}.any[${moot}]`,
      'is in `all` too, so that `any` requires nothing more: remove it from one',
    );
  }
  return { all, any, reportOnly: optional(options, path, 'reportOnly', false, boolean) };
}

/** Every name that an option of `scopes` or `permissions` mentions; none if the rule is absent or off. */
export function namesIn(value: unknown): readonly string[] {
  if (value === undefined || value === false) return NONE;
  const { all, any } = parseRequired(value, 'required');
  return [...all, ...any];
}

function scopeList(value: unknown, path: string): readonly string[] {
  return nonEmptyList(value, path, (item, itemPath) => {
    if (typeof item === 'string' && SCOPE_TOKEN.test(item)) return item;
    refuseValue(itemPath, 'one scope without spaces', item);
  });
}

/** Returns the function that says what is missing, for the log line: text of the option, and none of the token. */
export function createMissing({ all, any }: Required): (holds: Holds) => string | null {
  const noneOfAny = `missing any of ${any.join(', ')}`;
  return (holds) => {
    for (const name of all) if (!holds(name)) return `missing ${name}`;
    return any.length === 0 || any.some(holds) ? null : noneOfAny;
  };
}
