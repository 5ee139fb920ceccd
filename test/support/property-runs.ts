/**
 * How many cases property tests draw:
 *
 * - by default a moderate number, so that `npm test` stays quick;
 * - `PROPERTY_RUNS=full`: the number that a claim is proved with, as `.ci/run` does once;
 * - `PROPERTY_RUNS=20`, `PROPERTY_RUNS=0.1`: that many times the moderate number.
 */
const setting = process.env['PROPERTY_RUNS'] ?? '1';

/** Also for tests that wait long. */
export const IS_FULL = setting === 'full';

const times = IS_FULL ? 1 : Number(setting);
if (!(times > 0)) throw new Error("PROPERTY_RUNS must be 'full' or a positive number");

/** @param full - with `PROPERTY_RUNS=full` */
export function runs(moderate: number, full: number = moderate): number {
  return IS_FULL ? full : Math.ceil(moderate * times);
}
