import type { AnyTarget } from './target.ts';
import { addresses } from './targets/addresses.ts';
import { compiler } from './targets/compiler.ts';
import { events } from './targets/events.ts';
import { jwks } from './targets/jwks.ts';
import { openapi } from './targets/openapi.ts';
import { options } from './targets/options.ts';
import { policies } from './targets/policies.ts';
import { proofs } from './targets/proofs.ts';
import { replays } from './targets/replays.ts';
import { routing } from './targets/routing.ts';
import { tokens } from './targets/tokens.ts';

/** All targets, in the order in which they take turns. */
export const TARGETS: readonly AnyTarget[] = [
  events,
  tokens,
  jwks,
  policies,
  compiler,
  routing,
  replays,
  openapi,
  proofs,
  addresses,
  options,
];

/** @throws if no target has that name */
export function targetOf(name: string): AnyTarget {
  const found = TARGETS.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new Error(`no target is named '${name}': choose from ${TARGETS.map((one) => one.name).join(', ')}`);
}
