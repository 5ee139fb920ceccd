import { OptionError } from '../decision/errors.ts';
import { parseRequired, type RequiredNames } from '../rules/kinds/scope-lists.ts';
import type { RouteRules } from '../rules/rule-options.ts';
import { checked } from '../util/option-advice.ts';
import { factored } from './alternatives.ts';
import { isRecord, memberAt, ownMember } from './pointer.ts';
import type { Problems } from './problem.ts';
import type { SchemeUse } from './security-schemes.ts';

/** Who may call an operation. */
export type Access =
  /** Everybody, without the authorizer: the operation says `security: []`. */
  { readonly kind: 'open' } | { readonly kind: 'guarded'; readonly rules: RouteRules };

/** The extension with the permissions of an operation: the value of the rule `permissions`. */
export const PERMISSIONS = 'x-auth0-permissions';

/** More alternatives are no honest document. */
const MOST_ALTERNATIVES = 100;

/** What `access` of an operation depends on besides the operation. */
export interface SecurityTerms {
  /** The document's `security`; `undefined` if it has none. */
  readonly defaultSecurity: unknown;
  readonly useOf: (scheme: string) => SchemeUse;
  readonly problems: Problems;
}

/**
 * Reads who may call an operation.
 *
 * @param operation - the Operation Object
 * @param pointer - of the operation
 * @returns `null` if no options express it; the problems are then reported
 */
export function accessOf(operation: object, pointer: string, terms: SecurityTerms): Access | null {
  const own = ownMember(operation, 'security');
  const permissions = ownMember(operation, PERMISSIONS);
  const security = securityAccess(operation, own, pointer, terms);
  if (permissions === undefined || security === null) return security;
  if (security.kind === 'open' || security.rules.token === 'optional') {
    const advice = `requires a token, which ${SECURITY} does not: remove one of the two`;
    terms.problems.add('contradiction', memberAt(pointer, PERMISSIONS), advice);
    return null;
  }
  const required = checkedNames(permissions, memberAt(pointer, PERMISSIONS), 'permissions', terms.problems);
  return required === null ? null : { ...security, rules: { ...security.rules, permissions: required } };
}

const SECURITY = '`security`';

function securityAccess(
  operation: object,
  own: unknown,
  pointer: string,
  terms: SecurityTerms,
): Access | null {
  const { problems, defaultSecurity } = terms;
  const gateway = ownMember(ownMember(operation, 'x-amazon-apigateway-auth'), 'type');
  const at = memberAt(pointer, 'x-amazon-apigateway-auth');
  if (gateway !== undefined && gateway !== 'NONE') {
    problems.add('scheme', at, 'is judged by API Gateway, not by the authorizer: remove it or `security`');
    return null;
  }
  if (gateway === 'NONE') {
    if (own === undefined || isEmptyList(own)) return OPEN;
    problems.add('contradiction', at, `opens what ${SECURITY} guards: remove one of the two`);
    return null;
  }
  if (own !== undefined) return fromSecurity(own, memberAt(pointer, 'security'), terms);
  if (defaultSecurity !== undefined) return fromSecurity(defaultSecurity, '/security', terms);
  const advice = 'write `security: []` if everybody may call it, or add a default to the document';
  problems.add('no_security', pointer, `has no ${SECURITY}, and neither has the document: ${advice}`);
  return null;
}

const OPEN: Access = { kind: 'open' };

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function fromSecurity(security: unknown, pointer: string, terms: SecurityTerms): Access | null {
  const { problems } = terms;
  if (!Array.isArray(security)) {
    problems.add('structure', pointer, 'must be a list of security requirements');
    return null;
  }
  if (security.length === 0) return OPEN;
  if (security.length > MOST_ALTERNATIVES) {
    problems.add('alternatives', pointer, `has more than ${MOST_ALTERNATIVES} alternatives`);
    return null;
  }
  const read = security.map((requirement, index) => namesOf(requirement, memberAt(pointer, index), terms));
  const alternatives = read.filter((one) => one !== null);
  if (alternatives.length < read.length) return null;
  // Who needs no token needs no scope either.
  if (alternatives.includes('none')) return { kind: 'guarded', rules: { token: 'optional' } };
  return scopesAccess(alternatives as readonly ReadonlySet<string>[], pointer, problems);
}

function scopesAccess(
  alternatives: readonly ReadonlySet<string>[],
  pointer: string,
  problems: Problems,
): Access | null {
  const names = factored(alternatives);
  if (names === null) {
    const advice =
      'the rule `scopes` has one list of alternatives, of one scope each; add a scope that stands for each of these';
    problems.add('alternatives', pointer, `has alternatives of several scopes: ${advice}`);
    return null;
  }
  const { all, any } = names;
  if (all.length === 0 && any.length === 0) return { kind: 'guarded', rules: {} };
  const scopes = any.length === 0 ? all : all.length === 0 ? { any } : { all, any };
  const required = checkedNames(scopes, pointer, 'scope', problems);
  return required === null ? null : { kind: 'guarded', rules: { scopes: required } };
}

/** The names that one requirement demands, of all its schemes; `none` for `{}`; `null` if a problem is reported. */
function namesOf(
  requirement: unknown,
  pointer: string,
  { useOf, problems }: SecurityTerms,
): ReadonlySet<string> | 'none' | null {
  if (!isRecord(requirement)) {
    problems.add('structure', pointer, 'must be an object of security schemes');
    return null;
  }
  const schemes = Object.keys(requirement);
  if (schemes.length === 0) return 'none';
  const names = new Set<string>();
  let isRead = true;
  for (const scheme of schemes) {
    const use = useOf(scheme);
    const list = requirement[scheme];
    if (use.kind === 'other') problems.add('scheme', memberAt(pointer, scheme), use.reason);
    else if (!Array.isArray(list)) {
      problems.add('structure', memberAt(pointer, scheme), 'must be a list of scopes');
    } else {
      for (const name of list) names.add(name);
      continue;
    }
    isRead = false;
  }
  return isRead ? names : null;
}

/** The value of a rule that requires names; `null` if the rule would refuse it. */
function checkedNames(
  names: unknown,
  pointer: string,
  code: 'scope' | 'permissions',
  problems: Problems,
): RequiredNames | null {
  const required = checked(() => parseRequired(names, ''));
  if (!(required instanceof OptionError)) return names as RequiredNames;
  problems.add(code, pointer, required.message.replace(/^: /, ''));
  return null;
}
