import { PEERS } from './peers.ts';
import { REAL_PEERS } from './real-peers.ts';
import { simulate } from './simulate.ts';

/**
 * Compares each model of a peer with the library, on a small fleet: all counts must be equal.
 *
 * @returns the differences, as text
 */
export async function differencesOfPeers(environments: number, seed: number): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const model of PEERS) {
    const library = REAL_PEERS.find(({ name }) => name === model.name);
    if (library === undefined) throw new Error(`no library for ${model.name}`);
    for (const isHostile of [false, true]) {
      const setting = { environments, seed, isHostile };
      const [predicted, seen] = [await simulate(model, setting), await simulate(library, setting)];
      for (const [what, value] of Object.entries(seen)) {
        const modelled = predicted[what as keyof typeof predicted];
        if (value !== modelled) differences.push(`${model.name}: ${what} is ${value}, not ${modelled}`);
      }
    }
  }
  return differences;
}
