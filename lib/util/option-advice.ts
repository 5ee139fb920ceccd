import { OptionError } from '../decision/errors.ts';

/**
 * Runs a check of options on a value from elsewhere: a part of a document, or an answer.
 *
 * @returns what is wrong, if the check throws an `OptionError`
 */
export function checked<Value>(check: () => Value): Value | OptionError {
  try {
    return check();
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
}
