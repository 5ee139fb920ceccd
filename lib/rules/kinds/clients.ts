import { PASSED, type Rule, refused } from '../rule.ts';
import { tokenRule } from '../token-rule.ts';
import { type NameList, parseNameList } from './name-list.ts';

/** The client IDs of the applications that may call: a list, or an object with one. */
export type ClientsRule =
  | readonly string[]
  | {
      /** Client IDs. */
      readonly allow: readonly string[];
      /**
       * Judged and logged, not enforced.
       *
       * @default false
       */
      readonly reportOnly?: boolean;
    };

/**
 * Compiles `clients`: the application that the token was issued to must be in the list. A token names it as `azp` or, in
 * the RFC 9068 profile, as `client_id`; if it has both, they must be equal.
 *
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 * @throws {OptionError}
 */
export function compileClients(value: unknown, path: string): Rule {
  const required = parseClients(value, path);
  const allowed = new Set<unknown>(required.names);
  return tokenRule({
    name: 'clients',
    claims: ['azp', 'client_id'],
    reportOnly: required.reportOnly,
    fingerprint: `clients ${JSON.stringify(required)}`,
    judge({ claims: { azp, client_id } }) {
      const client = azp ?? client_id;
      if (client === undefined) return ABSENT;
      if (client_id !== undefined && client_id !== client) return CONTRADICTION;
      return allowed.has(client) ? PASSED : DIFFERENT;
    },
  });
}

/** @throws {OptionError} */
function parseClients(value: unknown, path: string): NameList {
  return parseNameList(value, path, 'allow', 'hKxE1uZ7Rv0aBillingClient');
}

/** The client IDs that an option of the rule names; `null` if the rule is absent or off. */
export function clientsIn(value: unknown): readonly string[] | null {
  return value === undefined || value === false ? null : parseClients(value, 'clients').names;
}

const notAllowed = (detail: string) => refused({ code: 'client_not_allowed', rule: 'clients', detail });
const ABSENT = notAllowed('azp and client_id are absent');
const CONTRADICTION = notAllowed('azp and client_id differ');
const DIFFERENT = notAllowed('not in the list');
