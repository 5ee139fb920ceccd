/**
 * npm run bench [-- --tokens 1000000]
 *
 * Measures this package and its peers, and writes results.json, results.md and results.svg next to this file.
 * `--tokens`: number of distinct tokens in the memory measurement, which takes most of the time. Default 1,000,000.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { bundleBytes } from './cold/bundle.ts';
import { measureCold } from './cold/since-start.ts';
import { CONTENDERS } from './contenders/index.ts';
import { measureGrowth, SIZES, type What } from './growth.ts';
import { startIdentityProvider } from './identity-provider.ts';
import { markdownOf } from './markdown.ts';
import { measureMemory } from './memory.ts';
import { plotOf } from './plot.ts';
import type { Results } from './results.ts';
import { measureWarm } from './warm.ts';

async function measure(tokens: number): Promise<Results> {
  const startedAt = performance.now();
  const provider = await startIdentityProvider();
  const contendersIn = (part: 'warm' | 'cold') => CONTENDERS.filter((one) => one.parts.includes(part));
  try {
    report('warm: new tokens and known ones');
    const warm = await measureWarm(provider, contendersIn('warm'), { rounds: 40, count: 300, tokens: 3000 });
    report('cold: fresh processes');
    const cold = await measureCold(provider, contendersIn('cold'), 21);
    const growth = [];
    for (const what of Object.keys(SIZES) as What[]) {
      report(`growth: ${what}`);
      growth.push(...(await measureGrowth(provider, what, SIZES[what], { rounds: 15, count: 640 })));
    }
    report('memory');
    const memory = await measureMemory([100, 1000, 3000, 10_000, 30_000, 100_000, tokens]);
    const bundled = await bundleBytes();
    const environment = {
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      cores: availableParallelism(),
      seconds: Math.round((performance.now() - startedAt) / 1000),
    };
    return { environment, warm, cold, bundleBytes: bundled, growth, memory };
  } finally {
    await provider.close();
  }
}

function report(what: string): void {
  process.stderr.write(`${what} ...\n`);
}

function write(name: string, text: string): void {
  writeFileSync(new URL(name, import.meta.url), text);
}

/** More digits are noise. */
function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}

const { values } = parseArgs({ options: { tokens: { type: 'string', default: '1000000' } } });
const results = await measure(Number(values.tokens));
const markdown = markdownOf(results);
write('results.json', `${JSON.stringify(results, rounded, 1)}\n`);
write('results.md', markdown);
write('results.svg', plotOf(results));
process.stdout.write(markdown);
