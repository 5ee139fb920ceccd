import type { OrganizationRule } from '../rules/kinds/organization.ts';

/** What the printed requests have in place of each parameter of a path. */
const OF_PATHS = '1';

/**
 * Claims of a member of an organization that these rules allow; nothing if no rule is about organizations. Without a list
 * it is the organization that the printed requests name in their paths.
 */
export function organizationFor(
  rules: readonly { readonly organization?: OrganizationRule | false }[],
): Readonly<Record<string, string>> {
  const all = rules.flatMap(({ organization }) => organization || []);
  if (all.length === 0) return {};
  const allowed = all.flatMap(({ allow = [] }) => allow);
  const isId = (item: string) => item.startsWith('org_');
  return {
    org_id: allowed.find(isId) ?? OF_PATHS,
    org_name: allowed.find((item) => !isId(item)) ?? OF_PATHS,
  };
}
