import { parseJwksOptions } from '../../lib/jwks/jwks-settings.ts';
import { createKeySet } from '../../lib/jwks/key-set.ts';

/** A process with a key set, which a test freezes: it prefetches, then looks up a key for each line of its input. */
const uri = process.argv[2] as string;
const set = createKeySet({ uri, settings: parseJwksOptions(undefined, 'jwks') });
set.prefetch();
process.stdin.setEncoding('utf8').on('data', async (kid: string) => {
  const found = await Promise.resolve(set.findKey(kid.trim(), 'RS256', 10_000)).catch(() => ({
    state: 'fault',
  }));
  process.stdout.write(`${found?.state ?? 'null'}\n`);
});
