import type { RefusalCode } from '../../decision/codes.ts';
import type { AccessTokenClaims } from '../../token/verified-token.ts';
import { PASSED, type Rule, refused } from '../rule.ts';
import { tokenRule } from '../token-rule.ts';
import type { Holds } from './held-values.ts';
import { createMissing, parseRequired } from './scope-lists.ts';

/** What differs between the rules that require names in one claim. */
export interface NamesRule {
  readonly name: 'scopes' | 'permissions';
  readonly claim: keyof AccessTokenClaims & string;
  readonly code: RefusalCode;
  /** Tests whether the claim holds a name; a claim of the wrong type holds none. */
  holderOf(claims: AccessTokenClaims): Holds;
}

/** @throws {OptionError} */
export function compileNames({ name, claim, code, holderOf }: NamesRule, value: unknown, path: string): Rule {
  const required = parseRequired(value, path);
  const missingFrom = createMissing(required);
  return tokenRule({
    name,
    claims: [claim],
    reportOnly: required.reportOnly,
    fingerprint: `${name} ${JSON.stringify(required)}`,
    judge({ claims }) {
      const missing = missingFrom(holderOf(claims));
      if (missing === null) return PASSED;
      const detail = claims[claim] === undefined ? `${missing} (${claim} is absent)` : missing;
      return refused({ code, rule: name, detail });
    },
  });
}
