import type { RefusalCode } from '../../decision/decision.ts';
import type { AccessTokenClaims } from '../../token/verified-token.ts';
import type { Rule, Verdict } from '../rule.ts';
import { missingFrom, parseRequired } from './scope-lists.ts';

/** What is particular to a rule that asks for names out of one claim. */
export interface NamesRule {
  readonly name: 'scopes' | 'permissions';
  readonly claim: keyof AccessTokenClaims & string;
  readonly code: RefusalCode;
  /** Which names the claim's value holds; nothing is granted by a value of the wrong type. */
  holderOf(value: unknown): (name: string) => boolean;
}

/** @throws {OptionError} */
export function compileNames({ name, claim, code, holderOf }: NamesRule, value: unknown, path: string): Rule {
  const required = parseRequired(value, path);
  return {
    name,
    inputs: [],
    claims: [claim],
    reportOnly: required.reportOnly,
    fingerprint: `${name} ${JSON.stringify(required)}`,
    judge({ token }): Verdict {
      if (token === null) return { code: 'missing_token', rule: name };
      const detail = missingFrom(required, holderOf(token.claims[claim]));
      return detail === null ? null : { code, rule: name, detail };
    },
  };
}
