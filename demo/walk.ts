import { type ClientRequest, HANDSHAKE, send } from './client.ts';
import { FROM_HEADER } from './edge.ts';
import type { PersonaName } from './personas.ts';
import type { Expectation, Step } from './tour/step.ts';
import type { Witness, World } from './world.ts';

/** The result of a step. */
export interface StepResult {
  readonly step: Step;
  readonly witness: Witness;
  readonly actual: Expectation;
  /** Differences from the expected answer; empty if there are none. */
  readonly differences: readonly string[];
}

/**
 * Sends the requests of the steps in order, one at a time.
 *
 * @returns the results of the steps with an unexpected answer
 */
export async function walk(
  world: World,
  steps: readonly Step[],
  onResult: (result: StepResult) => void,
): Promise<readonly StepResult[]> {
  const tokens = new Map<PersonaName, string>();
  const failed: StepResult[] = [];
  for (const step of steps) {
    await step.before?.(world);
    const result = judge(step, ...(await perform(world, step, await tokenFor(world, step, tokens))));
    if (result.differences.length > 0) failed.push(result);
    onResult(result);
  }
  return failed;
}

async function tokenFor(
  { auth0 }: World,
  { as, kept, tampered }: Step,
  tokens: Map<PersonaName, string>,
): Promise<string | null> {
  if (as === undefined) return null;
  const token = (kept === true ? tokens.get(as) : undefined) ?? (await auth0.token(as));
  tokens.set(as, token);
  return tampered === undefined ? token : tampered(token);
}

async function perform(world: World, step: Step, token: string | null): Promise<[Witness, number]> {
  const api = world.apis[step.api];
  const seen: Witness[] = [];
  world.onWitness = (witness) => seen.push(witness);
  const status = await send(api.url, clientRequest(step, api.kind === 'websocket', token));
  world.onWitness = () => {};
  const [witness] = seen;
  if (witness === undefined) throw new Error(`the gateway saw no request of the step "${step.title}"`);
  return [witness, status];
}

function clientRequest(step: Step, isWebSocket: boolean, token: string | null): ClientRequest {
  const [method = '', target = ''] = step.request.split(' ');
  const headers: Record<string, string> = {
    ...(isWebSocket ? HANDSHAKE : {}),
    ...(token === null || isWebSocket ? {} : { Authorization: `Bearer ${token}` }),
    ...(step.from === undefined ? {} : { [FROM_HEADER]: step.from }),
    ...(step.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...step.headers,
    ...(token === null ? {} : step.proven?.(token)),
  };
  return {
    method,
    target: isWebSocket && token !== null ? `${target}?token=${token}` : target,
    headers,
    ...(step.body === undefined ? {} : { body: JSON.stringify(step.body) }),
  };
}

function judge(step: Step, witness: Witness, status: number): StepResult {
  const code = codeOf(witness);
  const keys = witness.line?.fields.keys;
  const actual: Expectation = {
    status,
    ...(code === undefined ? {} : { code }),
    by: decidedBy(witness),
    ...(keys === undefined ? {} : { keys }),
  };
  const expected: Expectation = { by: 'authorizer', ...step.expect };
  const differences = (['status', 'code', 'by', 'keys'] as const)
    .filter((name) => expected[name] !== actual[name] && !(name === 'keys' && expected.keys === undefined))
    .map((name) => `${name}: ${expected[name] ?? 'none'} expected, ${actual[name] ?? 'none'} found`);
  return { step, witness, actual, differences };
}

export function decidedBy({ exchange }: Witness): NonNullable<Expectation['by']> {
  if (exchange.cached) return 'cache';
  return exchange.invoked ? 'authorizer' : 'gateway';
}

/**
 * The code of the refusal or fault, from the log line. A denial from the cache has no log line: its code is in the cached
 * context.
 */
export function codeOf({ exchange, line }: Witness): Expectation['code'] {
  if (line !== null) return line.fields.refusal ?? line.fields.fault;
  const { refusal } = exchange.context as { readonly refusal?: Expectation['code'] };
  return exchange.status < 400 ? undefined : refusal;
}
