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
interface Stage extends Pick<ExecuteApiArn, 'partition' | 'region' | 'accountId' | 'apiId' | 'stage'> {
  /** With the slash at its end. */
  readonly prefix: string;
}

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
  const { partition, region, accountId, apiId, stage, prefix } = place;
  const slash = text.indexOf('/', prefix.length);
  const word = text.slice(prefix.length, slash === -1 ? undefined : slash);
  if (VERB.test(word)) {
    const path = slash === -1 ? '/' : text.slice(slash);
    const verb = word.toUpperCase();
    return { text, partition, region, accountId, apiId, stage, verb, path, routeKey: null };
  }
  if (slash !== -1 || !ROUTE_KEY.test(word)) return null;
  return { text, partition, region, accountId, apiId, stage, verb: null, path: null, routeKey: word };
}

/** `arn:aws:execute-api:eu-west-1:123456789012:abc/prod/`: what every resource of a stage begins with. */
export function stagePrefix(arn: ExecuteApiArn): string {
  const { partition, region, accountId, apiId, stage } = arn;
  if (latest !== null && isSameStage(arn, latest)) return latest.prefix;
  return `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stage}/`;
}

function isSameStage(one: Omit<Stage, 'prefix'>, other: Stage): boolean {
  return (
    one.stage === other.stage &&
    one.apiId === other.apiId &&
    one.accountId === other.accountId &&
    one.region === other.region &&
    one.partition === other.partition
  );
}

/** The stage that was read last: nearly all requests of an environment are to one. Nothing rests on it but time. */
let latest: Stage | null = null;

function stageOf(text: string): Stage | null {
  // Engines compare whole strings several times as fast as they look for the beginning of one.
  if (latest !== null && text.slice(0, latest.prefix.length) === latest.prefix) return latest;
  const parts = UP_TO_STAGE.exec(text) as Parts | null;
  if (parts === null) return null;
  const [prefix, partition, region, accountId, apiId, stage] = parts;
  latest = { prefix, partition, region, accountId, apiId, stage };
  return latest;
}

type Parts = [
  prefix: string,
  partition: string,
  region: string,
  accountId: string,
  apiId: string,
  stage: string,
];
