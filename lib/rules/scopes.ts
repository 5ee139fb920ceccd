import type { Rule, Verdict } from './rule.ts';
import { missingFrom, parseRequired } from './scope-lists.ts';

/**
 * Compiles `scopes`: what the token's `scope` must hold, a list separated by spaces (RFC 6749 section 3.3, RFC 9068
 * section 2.2.3). Without RBAC, Auth0 puts there what the client asked for; `permissions` says what the user may do.
 *
 * @throws {OptionError}
 */
export function compileScopes(value: unknown, path: string): Rule {
  const required = parseRequired(value, path);
  return {
    name: 'scopes',
    inputs: [],
    claims: ['scope'],
    reportOnly: required.reportOnly,
    fingerprint: `scopes ${JSON.stringify(required)}`,
    judge({ token }): Verdict {
      if (token === null) return { code: 'missing_token', rule: 'scopes' };
      const { scope } = token.claims;
      const granted = typeof scope === 'string' ? ` ${scope} ` : '';
      const missing = missingFrom(required, (name) => granted.includes(` ${name} `));
      return missing === null ? null : { code: 'insufficient_scope', rule: 'scopes', detail: missing };
    },
  };
}
