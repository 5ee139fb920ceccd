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
