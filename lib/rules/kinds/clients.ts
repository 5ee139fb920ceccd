import { boolean, nonEmptyList, nonEmptyString, optional, plainChecks } from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';

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
  const isList = Array.isArray(value);
  const options = isList ? { allow: value } : plainChecks(value, path, ['allow', 'reportOnly']);
  const listPath = isList ? path : `${path}.allow`;
  const allow = nonEmptyList(options.allow, listPath, nonEmptyString);
  const reportOnly = optional(options, path, 'reportOnly', false, boolean);
  return {
    name: 'clients',
    inputs: [],
    claims: ['azp', 'client_id'],
    reportOnly,
    fingerprint: `clients ${JSON.stringify([allow, reportOnly])}`,
    judge({ token }): Verdict {
      if (token === null) return MISSING_TOKEN;
      const { azp, client_id } = token.claims;
      const client = azp ?? client_id;
      if (client === undefined) return ABSENT;
      if (client_id !== undefined && client_id !== client) return CONTRADICTION;
      return allow.includes(client) ? PASSED : DIFFERENT;
    },
  };
}

const MISSING_TOKEN = refused({ code: 'missing_token', rule: 'clients' });

const notAllowed = (detail: string) => refused({ code: 'client_not_allowed', rule: 'clients', detail });
const ABSENT = notAllowed('azp and client_id are absent');
const CONTRADICTION = notAllowed('azp and client_id differ');
const DIFFERENT = notAllowed('not in the list');
