import type { RefusalCode } from '../../decision/codes.ts';
import type { AccessTokenClaims } from '../../token/verified-token.ts';
import { PASSED, type Rule, refused } from '../rule.ts';
import { tokenRule } from '../token-rule.ts';
import { missingFrom, parseRequired } from './scope-lists.ts';

/** What differs between the rules that require names in one claim. */
export interface NamesRule {
  readonly name: 'scopes' | 'permissions';
  readonly claim: keyof AccessTokenClaims & string;
  readonly code: RefusalCode;
  /** Tests whether the claim's value holds a name; a value of the wrong type holds none. */
  holderOf(value: unknown): (name: string) => boolean;
}

/** @throws {OptionError} */
export function compileNames({ name, claim, code, holderOf }: NamesRule, value: unknown, path: string): Rule {
  const required = parseRequired(value, path);
  return tokenRule({
    name,
    claims: [claim],
    reportOnly: required.reportOnly,
    fingerprint: `${name} ${JSON.stringify(required)}`,
    judge({ claims }) {
      const value = claims[claim];
      const missing = missingFrom(required, holderOf(value));
      if (missing === null) return PASSED;
      const detail = value === undefined ? `${missing} (${claim} is absent)` : missing;
      return refused({ code, rule: name, detail });
    },
  });
}
