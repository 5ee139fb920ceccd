import { isObject } from '../../util/is-object.ts';
import {
  boolean,
  nonEmptyList,
  nonEmptyString,
  optional,
  plainChecks,
  refuseValue,
} from '../../util/option-checks.ts';

/** The option of a rule that is a list of texts, checked. */
export interface NameList {
  readonly names: readonly string[];
  readonly reportOnly: boolean;
}

/**
 * Reads a list, or an object with the list and `reportOnly`.
 *
 * @param member - name of the list in the object
 * @param example - an item, for the error
 * @throws {OptionError}
 */
export function parseNameList(
  value: unknown,
  path: string,
  member: 'allow' | 'any',
  example: string,
): NameList {
  if (Array.isArray(value)) return { names: nonEmptyList(value, path, nonEmptyString), reportOnly: false };
  if (!isObject(value)) refuseValue(path, `a list such as ['${example}'], or an object`, value);
  const options = plainChecks(value, path, [member, 'reportOnly']);
  return {
    names: nonEmptyList(options[member], `${path}.${member}`, nonEmptyString),
    reportOnly: optional(options, path, 'reportOnly', false, boolean),
  };
}
