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
 * write words where AWS writes digits, so words will do. After the stage come a verb and a path, or WebSocket's route
 * key and nothing else.
 */
const ARN =
  /^arn:([\w.-]+):execute-api:([\w.-]+):([\w.-]+):([\w.-]+)\/(\$default|\*|[\w.-]+)\/(?:([A-Za-z]+)(?:\/|$)|(\$[a-z]+)$)/;

/**
 * Reads an `execute-api` ARN. The partition is kept, only the first five colons separate (a path may hold more), and
 * the path stays as it is. `.../stage/GET`, `.../stage/GET/` and the root are one path: `/`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 * @returns `null` if the text is no such ARN
 */
export function parseExecuteApiArn(text: string): ExecuteApiArn | null {
  const parts = ARN.exec(text) as Parts | null;
  if (parts === null) return null;
  const [upToPath, partition, region, accountId, apiId, stage, verb, routeKey = null] = parts;
  const place = { text, partition, region, accountId, apiId, stage, routeKey };
  if (verb === undefined) return { ...place, verb: null, path: null };
  return { ...place, verb: verb.toUpperCase(), path: `/${text.slice(upToPath.length)}` };
}

type Parts = [
  upToPath: string,
  partition: string,
  region: string,
  accountId: string,
  apiId: string,
  stage: string,
  verb: string | undefined,
  routeKey: string | undefined,
];
