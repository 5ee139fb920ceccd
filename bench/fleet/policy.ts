import type { Auth0 } from './auth0.ts';
import type { Random } from './random.ts';
import type { SimClock } from './sim-clock.ts';

export interface World {
  readonly clock: SimClock;
  readonly auth0: Auth0;
  readonly random: Random;
}

/** The key handling of one environment. */
export interface Environment {
  /** Whether a token with this key is accepted. */
  verify(kid: string): boolean | Promise<boolean>;
}

/** A way to keep keys, for a whole fleet. */
export interface Policy {
  readonly name: string;
  /** `real`: the real code in simulated time. `model`: its rules, compared with the real code on a small fleet. */
  readonly kind: 'real' | 'model';
  /** Starts a fleet in its own world. The returned function starts an environment. */
  start(world: World): () => Environment;
  /** Whether time stands still until a verdict is there. */
  readonly settlesAtOnce?: boolean;
  stop?(): void;
}
