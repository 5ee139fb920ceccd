import type { Rule } from '../rule.ts';
import { compileNames, type NamesRule } from './required-names.ts';

const SCOPES: NamesRule = {
  name: 'scopes',
  claim: 'scope',
  code: 'insufficient_scope',
  holderOf(scope) {
    const granted = typeof scope === 'string' ? ` ${scope} ` : '';
    return (name) => granted.includes(` ${name} `);
  },
};

/**
 * Compiles `scopes`: what the token's `scope` must hold, a list separated by spaces (RFC 6749 section 3.3, RFC 9068
 * section 2.2.3). Without RBAC, Auth0 puts there what the client asked for; `permissions` says what the user may do.
 *
 * @throws {OptionError}
 */
export function compileScopes(value: unknown, path: string): Rule {
  return compileNames(SCOPES, value, path);
}
