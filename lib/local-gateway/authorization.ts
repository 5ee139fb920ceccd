import { type ReadAnswer, readAnswer } from '../testing/answer.ts';
import { type Invocation, invokeAsLambda } from '../testing/invocation.ts';
import type { Api, Caching, LambdaFunction } from './api.ts';
import { AnswerCache } from './cache.ts';
import type { Call } from './call.ts';
import { eventOf } from './events.ts';
import {
  compileIdentitySources,
  defaultIdentitySources,
  type IdentitySource,
  readIdentity,
} from './identity-sources.ts';
import { failureOf, type Outcome, outcomeOf, survivesReplay } from './result.ts';
import type { RouteMatch } from './routing.ts';

/** The result of authorizing a request. */
export interface Judged {
  readonly outcome: Outcome;
  /** `null` if the authorizer did not run, threw, or gave an answer that the gateway cannot use. */
  readonly answer: ReadAnswer | null;
  readonly invoked: boolean;
  readonly cached: boolean;
}

/** The authorizer of one API, with its cache. */
export class Authorization {
  private readonly api: Api;
  private readonly lambda: LambdaFunction;
  private readonly ttl: number;
  private readonly sources: readonly IdentitySource[];
  private readonly cache: AnswerCache<ReadAnswer>;
  private count = 0;

  /** @throws {TypeError} for an identity source that this kind of gateway does not accept */
  constructor(api: Api, lambda: LambdaFunction, caching: Caching | undefined) {
    const { ttl, identitySources } = caching ?? { ttl: 0, identitySources: defaultIdentitySources(api.kind) };
    if (!(ttl >= 0 && ttl <= 3600)) throw new TypeError('caching.ttl must be from 0 to 3600 seconds');
    this.api = api;
    this.lambda = lambda;
    this.ttl = api.kind === 'websocket' ? 0 : ttl;
    this.sources = compileIdentitySources(api.kind, identitySources);
    this.cache = new AnswerCache(api.now);
  }

  /** How often the authorizer ran. */
  get invocations(): number {
    return this.count;
  }

  async judge(call: Call, match: RouteMatch): Promise<Judged> {
    const identity = readIdentity(this.sources, call, match, this.api);
    if (identity === null && this.needsIdentity()) {
      return { outcome: { kind: 'unauthorized' }, answer: null, invoked: false, cached: false };
    }
    const cacheable = identity !== null && identity.length > 0;
    const key = cacheable ? JSON.stringify(identity) : null;
    const remembered = key === null ? undefined : this.cache.get(key);
    if (remembered !== undefined) return this.replay(remembered, call);

    this.count += 1;
    const event = eventOf({ api: this.api, call, match, identity });
    const judged = this.read(await invokeAsLambda(this.lambda, event, { timeout: this.api.timeout }), call);
    if (key !== null && judged.answer !== null && judged.outcome.kind !== 'failed') {
      this.cache.set(key, judged.answer, judged.answer.answer.ttlOverride ?? this.ttl);
    }
    return judged;
  }

  /** REST REQUEST authorizers need their identity sources only while caching is on, all others always. */
  private needsIdentity(): boolean {
    return this.api.kind !== 'rest-request' || this.ttl > 0;
  }

  private replay(answer: ReadAnswer, call: Call): Judged {
    const outcome: Outcome = survivesReplay(this.api, answer)
      ? outcomeOf(this.api, answer, call)
      : { kind: 'failed', error: 'Invalid JSON in the response of the authorizer' };
    return { outcome, answer, invoked: false, cached: true };
  }

  private read(invocation: Invocation, call: Call): Judged {
    const run = { invoked: true, cached: false } as const;
    if (invocation.kind === 'error') {
      return { outcome: failureOf(this.api, invocation.error), answer: null, ...run };
    }
    const { kind, simpleResponses } = this.api;
    try {
      const httpApiResponse = simpleResponses ? 'simple' : 'iam';
      const answer = readAnswer(invocation.response, kind, { httpApiResponse });
      return { outcome: outcomeOf(this.api, answer, call), answer, ...run };
    } catch (error) {
      return { outcome: { kind: 'failed', error: (error as Error).message }, answer: null, ...run };
    }
  }
}
