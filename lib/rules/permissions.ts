import type { Rule, Verdict } from './rule.ts';
import { missingFrom, parseRequired } from './scope-lists.ts';

/**
 * Compiles `permissions`: what the token's `permissions` must hold, which Auth0 adds with RBAC and "Add Permissions in
 * the Access Token" switched on for the API.
 *
 * @see https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis
 * @throws {OptionError}
 */
export function compilePermissions(value: unknown, path: string): Rule {
  const required = parseRequired(value, path);
  return {
    name: 'permissions',
    inputs: [],
    claims: ['permissions'],
    reportOnly: required.reportOnly,
    fingerprint: `permissions ${JSON.stringify(required)}`,
    judge({ token }): Verdict {
      if (token === null) return { code: 'missing_token', rule: 'permissions' };
      const permissions: unknown = token.claims.permissions;
      const granted: readonly unknown[] = Array.isArray(permissions) ? permissions : [];
      const missing = missingFrom(required, (name) => granted.includes(name));
      return missing === null
        ? null
        : { code: 'insufficient_permissions', rule: 'permissions', detail: missing };
    },
  };
}
