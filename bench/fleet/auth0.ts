import { EVENTS, keysAt, SECOND } from './day.ts';

/** Requests a second that a tenant's JWKS endpoint answers on the Free plan. */
export const FREE_PLAN_LIMIT = 20;

/** The answer to one request. */
export type Reply =
  | { readonly status: 200; readonly kids: readonly string[] }
  | { readonly status: 429 | 503; readonly kids: null };

/** Auth0's JWKS endpoint on the simulated day: its keys, its outage and its rate limit. */
export class Auth0 {
  /** Requests of authorizers. */
  requests = 0;
  requestsInOutage = 0;
  requestsOfRefresher = 0;
  refused = 0;
  peak = 0;
  #second = 0;
  #inSecond = 0;

  ask(now: number, by: 'authorizer' | 'refresher' = 'authorizer'): Reply {
    const second = Math.floor(now / SECOND);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    this.#inSecond += 1;
    if (by === 'refresher') this.requestsOfRefresher += 1;
    else this.requests += 1;
    this.peak = Math.max(this.peak, this.#inSecond);
    if (now >= EVENTS.outage.from && now < EVENTS.outage.until) {
      this.requestsInOutage += 1;
      return { status: 503, kids: null };
    }
    if (this.#inSecond > FREE_PLAN_LIMIT) {
      this.refused += 1;
      return { status: 429, kids: null };
    }
    return { status: 200, kids: keysAt(now) };
  }
}
