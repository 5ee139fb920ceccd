import { BoundedMap } from '../util/bounded-map.ts';
import { ATTEMPTS, type Attempt } from './attempts.ts';
import type { CompiledPolicy, CoveringPolicy } from './compiled-policy.ts';

/** What is known of one grant on one stage. */
export interface KnownGrant {
  /** The attempts that have not run out of steps so far: others are not repeated. */
  attempts: readonly Attempt[];
  /** A document that was compiled for these routes, or that covers them. */
  policyFor(asked: readonly number[]): CompiledPolicy | undefined;
  remember(asked: readonly number[], policy: CompiledPolicy): void;
}

/** Documents for part of a grant that are kept, of all grants together. 7 KB each at most. */
const MAX_PARTS = 512;

/** Remembers documents by grant and stage; of a grant that has no exact document, by the routes asked for, too. */
export function knownPolicies(maxGrants: number): (key: string, stage: string) => KnownGrant {
  const byGrant = new BoundedMap<Map<string, KnownGrant>>(maxGrants);
  const parts = new BoundedMap<CompiledPolicy>(MAX_PARTS);
  let count = 0;
  return (key, stage) => {
    const byStage = byGrant.getOrMake(key, () => new Map());
    const known = byStage.get(stage) ?? knownGrant(parts, ++count);
    byStage.set(stage, known);
    return known;
  };
}

function knownGrant(parts: BoundedMap<CompiledPolicy>, id: number): KnownGrant {
  let latest: CoveringPolicy | null = null;
  let leftOut: ReadonlySet<number> = new Set();
  const keyOf = (asked: readonly number[]) => `${id} ${asked.join()}`;
  return {
    attempts: ATTEMPTS,
    policyFor(asked) {
      if (latest !== null && !asked.some((route) => leftOut.has(route))) return latest;
      return parts.get(keyOf(asked));
    },
    remember(asked, policy) {
      if (policy.kind !== 'none') {
        latest = policy;
        leftOut = new Set(policy.leftOut);
      }
      if (policy.kind !== 'exact') parts.set(keyOf(asked), policy);
    },
  };
}
