import type { Request } from '@middy/core';
import { Refused } from '../decision/errors.ts';
import { type AuthorizerMiddleware, exposeCaller } from '../invocation/auth0-context.ts';
import { invocationOf, type JudgedPhase, verifiedPhase } from '../invocation/invocation.ts';
import {
  type ApiBook,
  type ApiBooks,
  createApiBooks,
  RULE_OPTIONS,
  refusalOfApi,
} from '../rules/api-books.ts';
import { type ApisOptions, parseApis } from '../rules/api-options.ts';
import type { Verdict } from '../rules/rule.ts';
import type { RoutesOptions, RulesOptions } from '../rules/rule-options.ts';
import { plainChecks } from '../util/option-checks.ts';

export interface RequestRulesOptions {
  /**
   * Rules that apply to every route unless the route replaces them. To verify the token alone, leave the option out: `{}` is
   * refused.
   *
   * @default none: every good token passes, except those of anonymous sessions and callers of an unknown kind
   */
  readonly rules?: RulesOptions;
  /**
   * Rules by route key, `GET /users/{id}`. Each replaces the common rule of its name; `false` switches that off.
   *
   * @default none: only `rules` judge every request
   */
  readonly routes?: RoutesOptions;
  /**
   * Paths that no route matches: `'deny'` and `'absent'` refuse them (`route_not_found`), `'rules'` applies `rules` to them.
   *
   * With `'absent'` you state that neither the API nor the backend serves such a path. Cached policies then need not deny
   * it, so that they cover more of a caller's routes. Use it if API Gateway declares each route. Do not use it if a
   * catch-all of the API (`{proxy+}`, `$default`) leads to other paths.
   *
   * @default 'deny' with `routes`; 'rules' without
   */
  readonly undeclared?: 'deny' | 'absent' | 'rules';
  /**
   * Several APIs behind one function, by ID or by ID and stage: `a1b2c3d4e5`, `a1b2c3d4e5/prod`. Each has its audience, rules
   * and routes; `rules` are common to all; `routes` and `undeclared` are then options of each API. Other APIs are refused
   * (`unknown_api`).
   *
   * @default none: every API has the same rules
   */
  readonly apis?: ApisOptions;
}

/**
 * Finds the request's route and judges its rules.
 *
 * @throws {OptionError} at start-up, for options that make no sense
 * @throws {Refused} with the code of the first rule that refuses
 * @throws {AuthorizerFault} `rule_error` if the function of a rule threw; `configuration` if no token was verified
 * @example
 * const chain = middy().use(requestRules({ routes: { 'GET /orders': { scopes: ['read:orders'] } } }));
 */
export function requestRules(options: RequestRulesOptions = {}): AuthorizerMiddleware {
  const checked = plainChecks(options, '', RULE_OPTIONS);
  return requestRulesWith(createApiBooks(checked, parseApis(checked)));
}

/** The middleware for rule books that exist already. */
export function requestRulesWith({ bookOf }: ApiBooks): AuthorizerMiddleware {
  return {
    before: function requestRulesBefore(request: Request): void | Promise<void> {
      const invocation = invocationOf(request);
      const { request: authorization, caller } = verifiedPhase(invocation.phase, 'requestRules');
      const book = bookOf(authorization);
      const refusal = refusalOfApi(book, authorization, caller.token);
      // Before there is a judging, whose grants would be those of the API's own callers.
      if (refusal !== null) throw new Refused(refusal);
      const judging = (book as ApiBook).rules.begin(authorization, caller.token);
      const phase: JudgedPhase = { kind: 'judged', request: authorization, caller, judging };
      invocation.phase = phase;
      const verdict = judging.verdict();
      return verdict instanceof Promise
        ? verdict.then((settled) => settle(request, phase, settled))
        : settle(request, phase, verdict);
    },
  };
}

function settle(request: Request, phase: JudgedPhase, verdict: Verdict): void {
  if (verdict.kind === 'refused') throw new Refused(verdict.refusal);
  if (verdict.kind === 'fault') throw verdict.error;
  exposeCaller(request, phase);
}
