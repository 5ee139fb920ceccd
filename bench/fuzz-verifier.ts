import { compareWithReference } from '../test/support/differential.ts';

/**
 * Fuzzes the verifier and compares it with jose: `node bench/fuzz-verifier.ts [tokens] [seed]`.
 * Exits with 1 at the first disagreement, and prints the token.
 */
const tokens = Number(process.argv[2] ?? 1_000_000);
const firstSeed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const BATCH = 50_000;

if (!(tokens > 0) || !Number.isInteger(firstSeed)) {
  console.error('usage: node bench/fuzz-verifier.ts [tokens] [seed]');
  process.exit(2);
}

const started = performance.now();
let accepted = 0;
let refused = 0;
let stricter = 0;
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
for (let done = 0; done < tokens; done += BATCH) {
  const result = await compareWithReference(Math.min(BATCH, tokens - done), firstSeed + done);
  accepted += result.accepted;
  refused += sum(result.refused);
  stricter += sum(result.stricter);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${accepted + refused} tokens in ${seconds} s: ${accepted} accepted by both, ${refused} refused by ours, ` +
      `${stricter} of them by ours only`,
  );
}
