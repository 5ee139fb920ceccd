import fc from 'fast-check';
import type { GatewayKind } from '../../../lib/gateways/gateway.ts';
import { cases, restPartOf } from '../../policy-compiler/support/tables.ts';
import { Counts } from '../../support/counts.ts';
import { isGreedyKey, ROUTING_MODELS, requiredKeys, spellsLiteral } from '../../support/routing-models.ts';
import { Api, type Judged, type Plan, type Sent, type Setup, SHAPE, UNDECLARED } from './api.ts';

/** What a run met. */
export class Tally extends Counts {
  replays = 0;
  allowed = 0;
  /** Denied from the cache although each route is granted, and by the authorizer too: a parameter spells a literal. */
  reserved = 0;
  /** The same, but the path contains characters that are wildcards in a policy, and no policy is exact. */
  unwritable = 0;
  /** Denied from the cache, and allowed by the authorizer. */
  wronglyDenied = 0;
}

/** Sends the requests through a cache that is configured as advised. */
export async function replay(setup: Setup, plan: Plan, tally: Tally): Promise<void> {
  const table = setup.model.api === 'REST' ? restPartOf(setup.table) : setup.table;
  if (table.keys.length === 0) return;
  const api = new Api({ ...setup, table }, plan);
  if (api.sources === null) return;
  const cache = new Map<string, { readonly answer: Judged; readonly first: Sent }>();
  for (const sent of api.requests()) {
    const key = api.keyOf(sent);
    const known = cache.get(key);
    if (known === undefined) {
      cache.set(key, { answer: await api.judge(sent), first: sent });
      continue;
    }
    tally.replays += 1;
    const { answer, first } = known;
    await check(api, { sent, first, isAllowed: answer.allows(api.resourceOf(sent, answer.prefix)) }, tally);
  }
}

/** A request that got an answer from the cache, and the one that the answer was for. */
interface Replayed {
  readonly sent: Sent;
  readonly first: Sent;
  readonly isAllowed: boolean;
}

/** Characters that are wildcards in a policy. A denial of a path with one denies all paths that differ in it alone. */
const WILDCARDS = /[*?]|\$\{/;

async function check(api: Api, { sent, first, isAllowed }: Replayed, tally: Tally): Promise<void> {
  const { setup, keys } = api;
  const { verb, path } = sent;
  const required = [...requiredKeys(setup.model.api, keys, verb, path)];
  const what = () =>
    `${verb} ${path} by ${sent.route} of ${JSON.stringify(keys.map((key) => [key, api.mayUse(sent, key)]))}, ${setup.undeclared}`;
  if (isAllowed) tally.allowed += 1;
  // Nothing serves such a path.
  if (setup.undeclared === 'absent' && required.includes(null)) return;
  if (!required.every((key) => api.mayUse(sent, key))) {
    if (isAllowed) throw new Error(`wrongly allowed: ${what()}`);
    return;
  }
  // Undeclared paths may be lost to a Deny where that cannot be helped.
  if (isAllowed || required.some((key) => key === null || key === '$default')) return;
  if (!namedKeys(api, sent).every((key) => api.mayUse(sent, key))) return;
  const { decision } = await api.judge(sent);
  if (decision.outcome === 'allow') {
    tally.wronglyDenied += 1;
    if (WILDCARDS.test(first.path)) return;
    if (api.isExact || (api.isByRoute && required.length === 1 && !isGreedyKey(required[0] as string)))
      throw new Error(`wrongly denied: ${what()}`);
    return;
  }
  const isReserved = required.some((key) => spellsLiteral(keys, key as string, path));
  const { code } = decision;
  // No policy can name such a path alone, which it must if the policy for all routes leaves out the route.
  if (code === 'inexpressible_path' && !api.isExact && WILDCARDS.test(path)) tally.unwritable += 1;
  else if (code === 'reserved_value' && isReserved) tally.reserved += 1;
  else throw new Error(`refused as ${JSON.stringify(decision)}: ${what()}`);
}

/** Behind a catch-all of a REST API, the authorizer applies the declared catch-all to a path with final slash as well. */
function namedKeys({ setup, keys }: Api, { verb, path, route }: Sent): readonly string[] {
  if (setup.model.api === 'HTTP' || !setup.isCatchAll || !path.endsWith('/')) return [];
  const rest = route.replace(/^ANY .*\//, '/').replace('{all+}', '{rest+}');
  const named = [`${verb} ${rest}`, `ANY ${rest}`].find((key) => keys.includes(key));
  return named === undefined ? [] : [named];
}

const KINDS: readonly GatewayKind[] = ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'];
export const PLANS: readonly Plan[] = [false, true].flatMap((withIp) => [
  ...KINDS.filter((kind) => !withIp || kind !== 'rest-token').map((kind) => ({
    kind,
    withIp,
    isSimple: false,
  })),
  { kind: 'http-api-2.0' as const, withIp, isSimple: true },
]);

/** Random APIs for a plan. The routing model is named, so that a setup is plain data. */
export type NamedSetup = Omit<Setup, 'model'> & { readonly model: string };

export function setupsOf(plan: Plan): fc.Arbitrary<NamedSetup> {
  const api = plan.kind.startsWith('rest') ? 'REST' : 'HTTP';
  const models = ROUTING_MODELS.filter((model) => model.api === api).map(({ name }) => name);
  return fc.record({
    table: cases(SHAPE),
    model: fc.constantFrom(...models),
    undeclared: fc.constantFrom(...UNDECLARED),
    isCatchAll: fc.boolean(),
    arnPath: fc.constantFrom('as sent', 'decoded'),
  });
}

export function setupOf(named: NamedSetup): Setup {
  const model = ROUTING_MODELS.find(({ name }) => name === named.model);
  if (model === undefined) throw new Error(`no routing model is named ${named.model}`);
  return { ...named, model };
}
