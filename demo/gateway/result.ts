import { type EvaluablePolicy, evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { type Api, isAppSync, isRest } from './api.ts';

/** What an authorizer may say, once its shape has been checked. This is what is cached. */
export type AuthorizerResult = (
  | { readonly kind: 'policy'; readonly principalId: string; readonly policy: EvaluablePolicy }
  | { readonly kind: 'boolean'; readonly isAuthorized: boolean }
) & {
  readonly context: Readonly<Record<string, unknown>>;
  /** AppSync: seconds that this result may be cached for, instead of the API's own. */
  readonly ttlOverride?: number;
};

/** Bytes of JSON that a result may have. Documented for WebSocket; larger ones were seen to fail elsewhere too. */
const MAX_RESULT_BYTES = 8192;
/** Characters of one `Resource`. */
const MAX_RESOURCE_LENGTH = 512;

/** The authorizer answered in a shape that the gateway cannot read: a 500, not a denial. */
export class MalformedResult extends Error {
  override readonly name = 'MalformedResult';
}

type JsonObject = Readonly<Record<string, unknown>>;

/** @throws {MalformedResult} saying what is wrong with it */
export function readResult(api: Api, output: unknown): AuthorizerResult {
  const answer = objectAt(output, 'the result');
  if (isAppSync(api.kind)) return readAppSync(api, answer);
  if (Buffer.byteLength(JSON.stringify(answer)) > MAX_RESULT_BYTES) throw malformed('is larger than 8 KB');
  const context = readContext(api, answer['context']);
  if (api.simpleResponses) return { kind: 'boolean', isAuthorized: flag(answer), context };
  const { principalId } = answer;
  if (typeof principalId !== 'string' || principalId === '') throw malformed('has no principalId');
  return { kind: 'policy', principalId, policy: readPolicy(answer['policyDocument']), context };
}

function readAppSync(api: Api, answer: JsonObject): AuthorizerResult {
  const { ttlOverride } = answer;
  if (ttlOverride !== undefined && typeof ttlOverride !== 'number')
    throw malformed('has a ttlOverride of text');
  const member = api.kind === 'appsync-graphql' ? 'resolverContext' : 'handlerContext';
  const context = answer[member] === undefined ? {} : objectAt(answer[member], member);
  if (api.kind === 'appsync-events' && Object.values(context).some((value) => typeof value !== 'string')) {
    throw malformed('has a handlerContext with a value that is no string');
  }
  const result = { kind: 'boolean', isAuthorized: flag(answer), context } as const;
  return ttlOverride === undefined ? result : { ...result, ttlOverride };
}

function flag(answer: JsonObject): boolean {
  const { isAuthorized } = answer;
  if (typeof isAuthorized !== 'boolean') throw malformed('has an isAuthorized that is no boolean');
  return isAuthorized;
}

/** REST and WebSocket carry scalars only; HTTP APIs keep arrays and maps. */
function readContext(api: Api, value: unknown): JsonObject {
  if (value === undefined || value === null) return {};
  const context = objectAt(value, 'context');
  const scalarsOnly = isRest(api.kind) || api.kind === 'websocket';
  for (const [key, item] of Object.entries(context)) {
    if (scalarsOnly && typeof item === 'object') throw malformed(`has a context.${key} that is no scalar`);
  }
  return context;
}

function readPolicy(value: unknown): EvaluablePolicy {
  const policy = objectAt(value, 'policyDocument');
  if (!Array.isArray(policy['Statement'])) throw malformed('has a policyDocument without statements');
  for (const statement of policy['Statement'] as JsonObject[]) {
    const resources = [statement['Resource'] ?? []].flat() as unknown[];
    if (resources.some((resource) => String(resource).length > MAX_RESOURCE_LENGTH)) {
      throw malformed('has a Resource of more than 512 characters');
    }
  }
  return policy as unknown as EvaluablePolicy;
}

function objectAt(value: unknown, name: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(`: ${name} is no object`);
  return value as JsonObject;
}

function malformed(what: string): MalformedResult {
  return new MalformedResult(`The response of the authorizer ${what}`);
}

/**
 * HTTP APIs with payload format 1.0 were seen to fail on a cache hit when a context value was JSON text, though the
 * first request had passed.
 */
export function survivesReplay(api: Api, result: AuthorizerResult): boolean {
  if (api.kind !== 'http-api-1.0') return true;
  return !Object.values(result.context).some((value) => typeof value === 'string' && /^\s*[[{]/.test(value));
}

/** How a request ends. */
export type Outcome =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly explicit: boolean }
  /** No identity source, or the authorizer threw exactly `Unauthorized`. */
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'failed'; readonly error: string };

/** A result, new or from the cache, judged for one request: a policy is evaluated against that request's own ARN. */
export function applyResult(
  result: AuthorizerResult,
  request: { readonly resource: string; readonly sourceIp: string; readonly now: number },
): Outcome {
  if (result.kind === 'boolean') {
    return result.isAuthorized ? { kind: 'allowed' } : { kind: 'denied', explicit: true };
  }
  try {
    const verdict = evaluatePolicy(result.policy, request);
    return verdict === 'allow'
      ? { kind: 'allowed' }
      : { kind: 'denied', explicit: verdict === 'explicit-deny' };
  } catch (error) {
    return { kind: 'failed', error: (error as Error).message };
  }
}
