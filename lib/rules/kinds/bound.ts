import { CONFIRMATION_MEMBERS, type ConfirmationMember } from '../../token/binding.ts';
import { isObject } from '../../util/is-object.ts';
import { boolean, oneOf, optional, plainChecks } from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';

/** What the token must be bound to: a value, or an object with one. */
export type BoundRule =
  | 'any'
  | 'dpop'
  | 'mtls'
  | {
      /** `'dpop'`: a key (`cnf.jkt`). `'mtls'`: a certificate (`cnf['x5t#S256']`). `'any'`: one of them. */
      readonly to: 'any' | 'dpop' | 'mtls';
      /**
       * Judged and logged, not enforced.
       *
       * @default false
       */
      readonly reportOnly?: boolean;
    };

const KINDS = ['any', 'dpop', 'mtls'] as const;

/** The members of `cnf` that satisfy each value of the rule. */
export const BOUND_MEMBERS: Readonly<Record<(typeof KINDS)[number], readonly ConfirmationMember[]>> = {
  any: CONFIRMATION_MEMBERS,
  dpop: ['jkt'],
  mtls: ['x5t#S256'],
};

/**
 * Compiles `bound`: the token must be bound to a key or a certificate. The proof itself is verified with the token, so that
 * the rule reads the token alone.
 *
 * @throws {OptionError}
 */
export function compileBound(value: unknown, path: string): Rule {
  const isText = typeof value === 'string';
  const options = isText ? { to: value } : plainChecks(value, path, ['to', 'reportOnly']);
  const to = oneOf(options.to, isText ? path : `${path}.to`, KINDS);
  const reportOnly = optional(options, path, 'reportOnly', false, boolean);
  const members = BOUND_MEMBERS[to];
  return {
    name: 'bound',
    inputs: [],
    claims: ['cnf'],
    reportOnly,
    fingerprint: `bound ${JSON.stringify([to, reportOnly])}`,
    judge({ token }): Verdict {
      if (token === null) return MISSING_TOKEN;
      const cnf: unknown = token.claims['cnf'];
      // A token with a malformed `cnf` was refused before.
      return isObject(cnf) && members.some((member) => Object.hasOwn(cnf, member)) ? PASSED : NOT_BOUND[to];
    },
  };
}

const MISSING_TOKEN = refused({ code: 'missing_token', rule: 'bound' });

const notBound = (detail: string) => refused({ code: 'token_not_bound', rule: 'bound', detail });
const NOT_BOUND = {
  any: notBound('neither to a key nor to a certificate'),
  dpop: notBound('not to a key'),
  mtls: notBound('not to a certificate'),
};
