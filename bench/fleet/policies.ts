import { ours } from './ours.ts';
import { PEERS } from './peers.ts';
import type { Policy } from './policy.ts';

/** The compared policies, in the order of the table. */
export const POLICIES: readonly Policy[] = [
  ours({ name: 'this package, store and refresher', store: 'refreshed' }),
  ours({ name: 'this package, store', store: 'shared' }),
  ours({ name: 'this package, no store', store: 'none' }),
  ...PEERS,
];
