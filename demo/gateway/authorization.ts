import { type Api, type Caching, isAppSync, isHttpApi, type LambdaFunction, requestArn } from './api.ts';
import { ResultCache } from './cache.ts';
import type { Call } from './call.ts';
import { EVENTS } from './events.ts';
import {
  compileIdentitySources,
  defaultIdentitySources,
  type IdentitySource,
  readIdentity,
} from './identity-sources.ts';
import { type Invocation, invoke } from './invoke.ts';
import {
  type AuthorizerResult,
  applyResult,
  MalformedResult,
  type Outcome,
  readResult,
  survivesReplay,
} from './result.ts';
import type { RouteMatch } from './routing.ts';

/** What became of a request at the authorizer, or before it. */
export interface Judged {
  readonly outcome: Outcome;
  /** What the authorizer said; `null` when it was not asked, threw, or answered in no known shape. */
  readonly result: AuthorizerResult | null;
  readonly invoked: boolean;
  readonly cached: boolean;
}

/** The authorizer of one API with its cache. */
export class Authorization {
  private readonly api: Api;
  private readonly lambda: LambdaFunction;
  private readonly ttl: number;
  private readonly sources: readonly IdentitySource[];
  private readonly cache: ResultCache<AuthorizerResult>;
  private count = 0;

  /** @throws {TypeError} on an identity source that this kind of gateway does not take */
  constructor(api: Api, lambda: LambdaFunction, caching: Caching | undefined) {
    const { ttl, identitySources } = caching ?? { ttl: 0, identitySources: defaultIdentitySources(api.kind) };
    if (!(ttl >= 0 && ttl <= 3600)) throw new TypeError('caching.ttl must be from 0 to 3600 seconds');
    this.api = api;
    this.lambda = lambda;
    this.ttl = api.kind === 'websocket' ? 0 : ttl;
    this.sources = compileIdentitySources(api.kind, identitySources);
    this.cache = new ResultCache(api.now);
  }

  /** How often the authorizer ran. */
  get invocations(): number {
    return this.count;
  }

  async judge(call: Call, match: RouteMatch): Promise<Judged> {
    const identity = readIdentity(this.sources, call, match, this.api);
    if (identity === null && this.needsIdentity()) {
      return { outcome: { kind: 'unauthorized' }, result: null, invoked: false, cached: false };
    }
    const cacheable = identity !== null && identity.length > 0;
    const key = cacheable ? JSON.stringify(identity) : null;
    const remembered = key === null ? undefined : this.cache.get(key);
    if (remembered !== undefined) return this.replay(remembered, call);

    this.count += 1;
    const event = EVENTS[this.api.kind]({ api: this.api, call, match, identity });
    const judged = this.read(await invoke(this.lambda, event, this.api.timeout), call);
    if (key !== null && judged.result !== null && judged.outcome.kind !== 'failed') {
      this.cache.set(key, judged.result, judged.result.ttlOverride ?? this.ttl);
    }
    return judged;
  }

  /** REST REQUEST authorizers insist on their identity sources only while caching is on, all others always. */
  private needsIdentity(): boolean {
    return this.api.kind !== 'rest-request' || this.ttl > 0;
  }

  private replay(result: AuthorizerResult, call: Call): Judged {
    const outcome = survivesReplay(this.api, result)
      ? this.apply(result, call)
      : ({ kind: 'failed', error: 'Invalid JSON in the response of the authorizer' } as const);
    return { outcome, result, invoked: false, cached: true };
  }

  private read(invocation: Invocation, call: Call): Judged {
    const failed = (outcome: Outcome): Judged => ({ outcome, result: null, invoked: true, cached: false });
    if (!invocation.ok) {
      const { errorMessage } = invocation;
      // Only REST and WebSocket APIs document this word; on HTTP APIs whatever is thrown is a failure.
      return errorMessage === 'Unauthorized' && !isHttpApi(this.api.kind) && !isAppSync(this.api.kind)
        ? failed({ kind: 'unauthorized' })
        : failed({ kind: 'failed', error: errorMessage });
    }
    try {
      const result = readResult(this.api, invocation.output);
      return { outcome: this.apply(result, call), result, invoked: true, cached: false };
    } catch (error) {
      if (!(error instanceof MalformedResult)) throw error;
      return failed({ kind: 'failed', error: error.message });
    }
  }

  private apply(result: AuthorizerResult, call: Call): Outcome {
    const resource = requestArn(this.api, call.method, call.path);
    return applyResult(result, { resource, sourceIp: call.sourceIp, now: this.api.now() / 1000 });
  }
}
