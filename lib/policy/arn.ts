/** The parts of an `execute-api` ARN: `arn:{partition}:execute-api:{region}:{accountId}:{apiId}/{stage}/{verb}/{path}`. */
export interface ExecuteApiArn {
  /** The ARN as the event gave it: the text that API Gateway evaluates policies against. */
  readonly text: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
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
 * from it would be a pattern. Emulators write words where AWS writes digits, so words will do.
 */
const PLAIN = /^[A-Za-z0-9_.-]+$/;
const VERB = /^[A-Za-z]+$/;
const ROUTE_KEY = /^\$[a-z]+$/;

/**
 * Reads an `execute-api` ARN. The partition is kept, only the first five colons separate (a path may hold more), and
 * the path stays as it is. `.../stage/GET`, `.../stage/GET/` and the root are one path: `/`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 * @returns `null` if the text is no such ARN
 */
export function parseExecuteApiArn(text: string): ExecuteApiArn | null {
  const parts: string[] = [];
  let rest = 0;
  while (parts.length < 5) {
    const colon = text.indexOf(':', rest);
    if (colon === -1) return null;
    parts.push(text.slice(rest, colon));
    rest = colon + 1;
  }
  const [scheme, partition, service, region, accountId] = parts as [string, string, string, string, string];
  if (scheme !== 'arn' || service !== 'execute-api') return null;
  const [apiId, afterApi] = cut(text, rest);
  const [stage, afterStage] = cut(text, afterApi);
  if (![partition, region, accountId, apiId].every(isPlain) || !isStage(stage)) return null;
  const place = parsePlace(text, afterStage);
  return place && { text, partition, region, accountId, apiId, stage, ...place };
}

function isPlain(part: string): boolean {
  return PLAIN.test(part);
}

function isStage(part: string): boolean {
  return part === '$default' || isPlain(part);
}

/** The text from `start` up to the next slash, and where the text after that slash begins. */
function cut(text: string, start: number): [part: string, next: number] {
  const slash = text.indexOf('/', start);
  const end = slash === -1 ? text.length : slash;
  return [text.slice(start, end), end + 1];
}

function parsePlace(text: string, start: number): Pick<ExecuteApiArn, 'verb' | 'path' | 'routeKey'> | null {
  const [head, next] = cut(text, start);
  if (VERB.test(head)) return { verb: head.toUpperCase(), path: `/${text.slice(next)}`, routeKey: null };
  const isRouteKey = ROUTE_KEY.test(head) && next > text.length;
  return isRouteKey ? { verb: null, path: null, routeKey: head } : null;
}
