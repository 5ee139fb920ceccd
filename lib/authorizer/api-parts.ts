import { uncachedMembers } from '../answer/bound-caller.ts';
import { compilerFor, type PolicyTerms } from '../answer/policy-terms.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { NoticeSource } from '../invocation/notice.ts';
import { setUpNotice } from './set-up-notice.ts';
import { type ApiSettings, type AuthorizerSettings, settingsFor } from './settings.ts';
import { undeclaredRouteNotice } from './undeclared-route-notice.ts';

/** What an authorizer compiles for each of its APIs. */
export interface ApiParts {
  /** The terms of the policies for an API; `null` for one that `apis` does not name. */
  policiesOf(request: AuthorizationRequest): PolicyTerms | null;
  /** The notices about an API, each for the API that sent the request. */
  readonly notices: readonly (NoticeSource | null)[];
}

/** Compiles policies and notices for each API. With one book for all APIs, nothing is looked up at a request. */
export function apiParts(settings: AuthorizerSettings): ApiParts {
  const { all, bookOf } = settings.books;
  const byBook = new Map(all.map((book) => [book, partsOf(settingsFor(settings, book))]));
  const [first] = byBook.values() as Iterable<ReturnType<typeof partsOf>> as [ReturnType<typeof partsOf>];
  if (all[0]?.api === null) return { policiesOf: () => first.policies, notices: first.notices };
  const partsFor = (request: AuthorizationRequest) => {
    const book = bookOf(request);
    return book === null ? undefined : byBook.get(book);
  };
  const notice =
    (index: number): NoticeSource =>
    (phase) =>
      (phase.request && partsFor(phase.request)?.notices[index]?.(phase)) ?? null;
  return {
    policiesOf: (request) => partsFor(request)?.policies ?? null,
    notices: first.notices.map((_, index) => notice(index)),
  };
}

function partsOf(settings: ApiSettings) {
  const { rules, denyRest, conditions, verifier } = settings;
  const compiler = compilerFor(rules, denyRest);
  const policies: PolicyTerms = {
    rules,
    compiler,
    tokenExpiry: conditions.tokenExpiry,
    denyRest,
    uncachedMembers: uncachedMembers(verifier.bindings),
  };
  return { policies, notices: [setUpNotice(settings, compiler), undeclaredRouteNotice(settings)] };
}
