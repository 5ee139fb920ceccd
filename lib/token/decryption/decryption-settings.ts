import {
  boolean,
  memberPath,
  nonEmptyList,
  oneOf,
  optional,
  plainChecks,
  refuse,
} from '../../util/option-checks.ts';
import type { JweTerms } from './compact-jwe.ts';
import {
  CONTENT_ALGORITHMS,
  type ContentAlgorithm,
  type DecryptionOptions,
  KEY_ALGORITHMS,
  type KeyAlgorithm,
} from './decryption-options.ts';
import { type KeyFinder, parseKeys } from './find-key.ts';

/** The options, checked and completed. */
export interface DecryptionSettings extends JweTerms {
  readonly findKey: KeyFinder;
  readonly required: boolean;
}

const KNOWN = [
  'keys',
  'algorithms',
  'encryption',
  'required',
] as const satisfies readonly (keyof DecryptionOptions)[];

const DEFAULT_ALGORITHMS: readonly KeyAlgorithm[] = ['RSA-OAEP-256'];
const DEFAULT_ENCRYPTION: readonly ContentAlgorithm[] = ['A256GCM'];

/**
 * Checks the options of `decryption` and adds the defaults.
 *
 * @throws {OptionError} with the dotted path of the option; its message contains nothing of a key
 */
export function parseDecryptionOptions(value: unknown, path: string): DecryptionSettings {
  // Not shown: it may be the user's key.
  if (typeof value === 'string') refuse(path, 'must be an object with `keys`, not a text');
  const options = plainChecks(value, path, KNOWN);
  const algorithms = optional(options, path, 'algorithms', DEFAULT_ALGORITHMS, nonEmptyList, keyAlgorithm);
  return {
    algorithms,
    findKey: parseKeys(options.keys, memberPath(path, 'keys'), algorithms),
    encryption: optional(options, path, 'encryption', DEFAULT_ENCRYPTION, nonEmptyList, contentAlgorithm),
    required: optional(options, path, 'required', false, boolean),
  };
}

function keyAlgorithm(value: unknown, path: string): KeyAlgorithm {
  if (value === 'RSA1_5' || value === 'dir') {
    refuse(path, `${value} is never allowed: set the algorithm of the key in Auth0 to RSA-OAEP-256`);
  }
  return oneOf(value, path, KEY_ALGORITHMS);
}

function contentAlgorithm(value: unknown, path: string): ContentAlgorithm {
  return oneOf(value, path, CONTENT_ALGORITHMS);
}
