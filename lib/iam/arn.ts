/** The parts of an `execute-api` ARN: `arn:{partition}:execute-api:{region}:{accountId}:{apiId}/{stage}/{verb}/{path}`. */
export interface ExecuteApiArn {
  /** The ARN as in the event. API Gateway evaluates policies against this text. */
  readonly text: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  /** `*`, as in AWS's sample event, means any stage of the API. */
  readonly stage: string;
  /** The common beginning of the stage's resources: `arn:aws:execute-api:eu-west-1:123456789012:abc/prod/`. */
  readonly stagePrefix: string;
  /** `null` on WebSocket, whose ARNs have no verb. */
  readonly verb: string | null;
  /** With its leading slash, as in the ARN, never decoded; `/` at the root; `null` on WebSocket. */
  readonly path: string | null;
  /** `$connect` on WebSocket, else `null`. */
  readonly routeKey: string | null;
}

/**
 * Policies are built from these parts, so they must not contain `*`, `?` or `${`: every resource would become a pattern.
 * One exception: the whole stage may be `*`, as in AWS's sample of a TOKEN event. Letters are valid in the account and
 * the API, because emulators write names there.
 */
const UP_TO_STAGE = /^arn:([\w.-]+):execute-api:([\w.-]+):([\w.-]+):([\w.-]+)\/(\$default|\*|[\w.-]+)\//;

/** A verb and a path follow the stage. On WebSocket, only the route key follows. */
const VERB = /^[A-Za-z]+$/;
const ROUTE_KEY = /^\$[a-z]+$/;

/** The common parts of one stage's ARNs. */
type Stage = Omit<ExecuteApiArn, 'text' | 'verb' | 'path' | 'routeKey'>;

/**
 * Parses an `execute-api` ARN.
 *
 * - Only the first five colons are separators. A path may contain more.
 * - The path is not decoded. `.../stage/GET` and `.../stage/GET/` both have the path `/`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 * @returns `null` if the text is not an `execute-api` ARN
 */
export function parseExecuteApiArn(text: string): ExecuteApiArn | null {
  const stage = stageOf(text);
  if (stage === null) return null;
  const { length } = stage.stagePrefix;
  const slash = text.indexOf('/', length);
  const first = text.slice(length, slash === -1 ? undefined : slash);
  if (VERB.test(first)) {
    const path = slash === -1 ? '/' : text.slice(slash);
    return { ...stage, text, verb: first, path, routeKey: null };
  }
  if (slash !== -1 || !ROUTE_KEY.test(first)) return null;
  return { ...stage, text, verb: null, path: null, routeKey: first };
}

/** The stage of the last ARN. Saves time only: nearly all requests of an environment go to one stage. */
let latest: Stage | null = null;

function stageOf(text: string): Stage | null {
  // Faster than `startsWith`: V8 compares whole strings several times as fast.
  if (latest !== null && text.slice(0, latest.stagePrefix.length) === latest.stagePrefix) return latest;
  const parts = UP_TO_STAGE.exec(text) as Parts | null;
  if (parts === null) return null;
  const [stagePrefix, partition, region, accountId, apiId, stage] = parts;
  latest = { partition, region, accountId, apiId, stage, stagePrefix };
  return latest;
}

type Parts = [
  stagePrefix: string,
  partition: string,
  region: string,
  accountId: string,
  apiId: string,
  stage: string,
];
