import type { Rule } from '../rule.ts';
import { holderOfNames } from './held-values.ts';
import { compileNames, type NamesRule } from './required-names.ts';

const SCOPES: NamesRule = {
  name: 'scopes',
  claim: 'scope',
  code: 'insufficient_scope',
  holderOf: (claims) => holderOfNames(claims, 'scope'),
};

/**
 * Compiles `scopes`: the names that the token's `scope` must contain, a list separated by spaces (RFC 6749 section 3.3,
 * RFC 9068 section 2.2.3). Without RBAC, Auth0 grants the scopes that the client requests; `permissions` are what the
 * user may do.
 *
 * @throws {OptionError}
 */
export function compileScopes(value: unknown, path: string): Rule {
  return compileNames(SCOPES, value, path);
}
