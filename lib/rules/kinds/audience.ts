import { isObject } from '../../util/is-object.ts';
import {
  boolean,
  nonEmptyList,
  nonEmptyString,
  optional,
  plainChecks,
  refuseValue,
} from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';

/** The audiences of which the token must have one: a list, or an object. */
export type AudienceRule =
  | readonly string[]
  | {
      /** At least one of these is required. */
      readonly any: readonly string[];
      /**
       * Judged and logged, not enforced.
       *
       * @default false
       */
      readonly reportOnly?: boolean;
    };

/** The option, checked. */
export interface AudienceRequirement {
  readonly any: readonly string[];
  readonly reportOnly: boolean;
}

const NO_TOKEN = refused({ code: 'missing_token', rule: 'audience' });

/**
 * Compiles `audience`: one of these must be among the token's audiences that the options accept from its issuer. With
 * 403, because the token is valid for this authorizer, though not for this route.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
 * @throws {OptionError}
 */
export function compileAudience(value: unknown, path: string): Rule {
  const required = parseAudienceRule(value, path);
  const { any, reportOnly } = required;
  const detail = `missing ${any.length === 1 ? '' : 'any of '}${any.join(', ')}`;
  const wrong = refused({ code: 'audience_not_allowed', rule: 'audience', detail });
  return {
    name: 'audience',
    inputs: [],
    // What is accepted depends on the issuer.
    claims: ['aud', 'iss'],
    reportOnly,
    fingerprint: `audience ${JSON.stringify(required)}`,
    judge({ token }): Verdict {
      if (token === null) return NO_TOKEN;
      return token.audiences.some((one) => any.includes(one)) ? PASSED : wrong;
    },
  };
}

/**
 * Reads the option: a list, or `{ any, reportOnly }`.
 *
 * @throws {OptionError}
 */
export function parseAudienceRule(value: unknown, path: string): AudienceRequirement {
  if (Array.isArray(value)) return { any: nonEmptyList(value, path, nonEmptyString), reportOnly: false };
  if (!isObject(value)) refuseValue(path, "a list such as ['https://api.example.com/'], or an object", value);
  const options = plainChecks(value, path, ['any', 'reportOnly']);
  return {
    any: nonEmptyList(options.any, `${path}.any`, nonEmptyString),
    reportOnly: optional(options, path, 'reportOnly', false, boolean),
  };
}

/** The audiences that an option of the rule names; none if the rule is absent or off. */
export function audiencesIn(value: unknown): readonly string[] {
  return value === undefined || value === false ? [] : parseAudienceRule(value, 'audience').any;
}
