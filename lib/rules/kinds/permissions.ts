import type { Rule } from '../rule.ts';
import { holderOfList } from './held-values.ts';
import { compileNames, type NamesRule } from './required-names.ts';

const PERMISSIONS: NamesRule = {
  name: 'permissions',
  claim: 'permissions',
  code: 'insufficient_permissions',
  holderOf: (claims) => holderOfList(claims, 'permissions') ?? (() => false),
};

/**
 * Compiles `permissions`: the names that the token's `permissions` must contain. Auth0 adds that claim if RBAC and "Add
 * Permissions in the Access Token" are on for the API.
 *
 * @see https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis
 * @throws {OptionError}
 */
export function compilePermissions(value: unknown, path: string): Rule {
  return compileNames(PERMISSIONS, value, path);
}
