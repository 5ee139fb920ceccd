import { PASSED, type Rule, refused } from '../rule.ts';
import { tokenRule } from '../token-rule.ts';
import { type NameList, parseNameList } from './name-list.ts';

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

/**
 * Compiles `audience`: one of these must be among the token's audiences that the options accept from its issuer. With
 * 403, because the token is valid for this authorizer, though not for this route.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
 * @throws {OptionError}
 */
export function compileAudience(value: unknown, path: string): Rule {
  const required = parseAudience(value, path);
  const { names, reportOnly } = required;
  const accepted = new Set(names);
  const detail = `missing ${names.length === 1 ? '' : 'any of '}${names.join(', ')}`;
  const wrong = refused({ code: 'audience_not_allowed', rule: 'audience', detail });
  return tokenRule({
    name: 'audience',
    // What is accepted depends on the issuer.
    claims: ['aud', 'iss'],
    reportOnly,
    fingerprint: `audience ${JSON.stringify(required)}`,
    judge: ({ audiences }) => (audiences.some((one) => accepted.has(one)) ? PASSED : wrong),
  });
}

/** @throws {OptionError} */
function parseAudience(value: unknown, path: string): NameList {
  return parseNameList(value, path, 'any', 'https://api.example.com/');
}

/** The audiences that an option of the rule names; none if the rule is absent or off. */
export function audiencesIn(value: unknown): readonly string[] {
  return value === undefined || value === false ? [] : parseAudience(value, 'audience').names;
}
