/** The middle sample, or the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = sortedOf(samples);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] as number)) / 2;
}

/** The smallest sample that at least this part of the samples does not exceed (nearest rank). */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = sortedOf(samples);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] as number;
}

/** The median of `a / b`, pair by pair: a drift between rounds affects both sides of a pair alike. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, index) => value / (b[index] as number)));
}

/**
 * The ratio of the lower quartiles: it ignores rounds in which the machine was busy. For checks that noise must not fail.
 */
export function bestRatio(a: readonly number[], b: readonly number[]): number {
  return percentile(a, 0.25) / percentile(b, 0.25);
}

/** In random order, so that no contender always runs after the same other one. */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  const left = [...items];
  const mixed: Item[] = [];
  while (left.length > 0) mixed.push(...left.splice(Math.floor(Math.random() * left.length), 1));
  return mixed;
}

function sortedOf(samples: readonly number[]): number[] {
  if (samples.length === 0) throw new RangeError('no samples');
  return [...samples].sort((a, b) => a - b);
}
