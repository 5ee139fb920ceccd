/** The parts of an `execute-api` ARN: `arn:{partition}:execute-api:{region}:{accountId}:{apiId}/{stage}/{verb}/{path}`. */
export interface ExecuteApiArn {
  /** The ARN as the event gave it: the text that API Gateway evaluates policies against. */
  readonly text: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  /** `*` in AWS's sample event: any stage of the API. */
  readonly stage: string;
  /** `arn:aws:execute-api:eu-west-1:123456789012:abc/prod/`: what every resource of the stage begins with. */
  readonly stagePrefix: string;
  /** `null` on WebSocket, whose ARNs have no verb. */
  readonly verb: string | null;
  /** With its leading slash, as in the ARN, never decoded; `/` at the root; `null` on WebSocket. */
  readonly path: string | null;
  /** `$connect` on WebSocket, else `null`. */
  readonly routeKey: string | null;
}

/**
 * The parts that a policy is built from must be plain: with `*`, `?` or `${` in one of them, every resource built
 * from it would be a pattern. Only a stage may be `*` as a whole, as in AWS's own sample of a TOKEN event. Emulators
 * write words where AWS writes digits, so words will do.
 */
const UP_TO_STAGE = /^arn:([\w.-]+):execute-api:([\w.-]+):([\w.-]+):([\w.-]+)\/(\$default|\*|[\w.-]+)\//;

/** After the stage come a verb and a path, or WebSocket's route key and nothing else. */
const VERB = /^[A-Za-z]+$/;
const ROUTE_KEY = /^\$[a-z]+$/;

/** What the ARNs of one stage have in common. */
type Stage = Omit<ExecuteApiArn, 'text' | 'verb' | 'path' | 'routeKey'>;

/**
 * Reads an `execute-api` ARN. The partition is kept, only the first five colons separate (a path may hold more), and
 * the path stays as it is. `.../stage/GET`, `.../stage/GET/` and the root are one path: `/`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 * @returns `null` if the text is no such ARN
 */
export function parseExecuteApiArn(text: string): ExecuteApiArn | null {
  const place = stageOf(text);
  if (place === null) return null;
  const { length } = place.stagePrefix;
  const slash = text.indexOf('/', length);
  const word = text.slice(length, slash === -1 ? undefined : slash);
  if (VERB.test(word)) {
    const path = slash === -1 ? '/' : text.slice(slash);
    return { ...place, text, verb: word, path, routeKey: null };
  }
  if (slash !== -1 || !ROUTE_KEY.test(word)) return null;
  return { ...place, text, verb: null, path: null, routeKey: word };
}

/** The stage that was read last: nearly all requests of an environment are to one. Nothing rests on it but time. */
let latest: Stage | null = null;

function stageOf(text: string): Stage | null {
  // Engines compare whole strings several times as fast as they look for the beginning of one.
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
