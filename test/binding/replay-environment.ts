/*
 * One execution environment of a fleet, as a process. It says `ready`, and at the next message decides about one event many
 * times at once. Then it sends how often each outcome came, and ends.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { dpop, type ReplayStore } from '../../lib/binding.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { dynamoDbKeyStore } from '../../lib/jwks/stores/dynamodb.ts';
import { redisKeyStore } from '../../lib/jwks/stores/redis.ts';
import { decide, type TestDecision } from '../../lib/testing.ts';
import { connectedClient } from '../support/redis.ts';

/** What an environment is started with: the JSON in the variable `START`. */
export interface Start {
  readonly options: AuthorizerOptions;
  readonly event: object;
  /** How often it decides about the event. */
  readonly uses: number;
  readonly store:
    | { readonly kind: 'redis'; readonly socket: string }
    | { readonly kind: 'dynamodb'; readonly endpoint: string; readonly table: string };
}

const { options, event, uses, store } = JSON.parse(process.env['START'] ?? '') as Start;
const binding = dpop({ mode: 'required', replay: await open() });
const handler = middy().use(auth0Authorizer({ ...options, dpop: binding, logger: false }));

async function open(): Promise<ReplayStore> {
  if (store.kind === 'redis') {
    const client = connectedClient(store.socket);
    await client.connect();
    return redisKeyStore({ client });
  }
  const { endpoint, table } = store;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  return dynamoDbKeyStore({ table, client });
}

function nameOf(decision: TestDecision): string {
  if (decision.outcome === 'allow') return 'allow';
  return String(decision.outcome === 'deny' ? decision.refusal : decision.code);
}

process.once('message', async () => {
  const decisions = await Promise.all(Array.from({ length: uses }, () => decide(handler, event)));
  process.send?.(decisions.map(nameOf), () => process.exit());
});
process.send?.('ready');
