import type { Auth0 } from './auth0.ts';
import type { Random } from './random.ts';
import type { SimClock } from './sim-clock.ts';

export interface World {
  readonly clock: SimClock;
  readonly auth0: Auth0;
  readonly random: Random;
}

/** How one environment decides whether a key may verify. */
export interface Environment {
  /** Whether a token that names this key is accepted. */
  verify(kid: string): boolean | Promise<boolean>;
}

/** A way of keeping keys, for a whole fleet. */
export interface Policy {
  readonly name: string;
  /** `real`: the very code, in simulated time. `model`: its rules, checked against the real code on a small fleet. */
  readonly kind: 'real' | 'model';
  /** A fleet in a world of its own; the function makes an environment that just started. */
  start(world: World): () => Environment;
  /** Whether each verdict is awaited before time goes on. */
  readonly settlesAtOnce?: boolean;
  stop?(): void;
}
