/**
 * npm run bench:cold [-- --rounds 7 --memory 128,256,512,1024,1769 --period 100 --jwks-delay 20]
 *
 * Measures the init phase and the first invocation of new processes, with the CPU share that a Lambda function of each
 * memory size has from its first invocation on. Writes cold.json, cold.md and cold.svg next to this file.
 *
 * - `--rounds`: starts of each kind.
 * - `--memory`: MB. The CPU share needs a control group, for which this must run as root on Linux. Without one all
 *   processes have all of the CPU, and the report says so.
 * - `--period`: milliseconds by which the CPU share counts.
 * - `--jwks-delay`: milliseconds until the JWKS endpoint answers.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Attempt, createCpuQuota } from './cold/cpu-quota.ts';
import { type Memory, measurePhases, type PhasesPlan, type PhasesResult } from './cold/phases.ts';
import { coldPlot } from './cold/plot.ts';
import { type ColdReport, coldReport } from './cold/report.ts';
import { CONTENDERS } from './contenders/index.ts';
import { startIdentityProvider } from './identity-provider.ts';

interface Options {
  readonly rounds: number;
  readonly memory: readonly Memory[];
  readonly period: number;
  readonly jwksDelay: number;
}

function optionsOf(args: readonly string[]): Options {
  const string = (usual: string) => ({ type: 'string', default: usual }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: string('7'),
      memory: string('128,256,512,1024,1769'),
      period: string('100'),
      'jwks-delay': string('20'),
    },
  });
  return {
    rounds: Number(values.rounds),
    memory: values.memory.split(',').map(Number),
    period: Number(values.period),
    jwksDelay: Number(values['jwks-delay']),
  };
}

async function measure(options: Options, attempt: Attempt): Promise<ColdReport> {
  const startedAt = performance.now();
  const memories: readonly Memory[] = attempt.kind === 'quota' ? options.memory : [null];
  const results = await phasesOf(options, {
    contenders: CONTENDERS.filter(({ parts }) => parts.includes('phases')),
    memories,
    rounds: options.rounds,
    quota: attempt.kind === 'quota' ? attempt.quota : null,
  });
  const environment = {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    seconds: Math.round((performance.now() - startedAt) / 1000),
  };
  const quota =
    attempt.kind === 'quota'
      ? `From the first invocation on the process has the CPU share of its memory size, in periods of ${options.period} ms, as a control group enforces it.`
      : `The memory sizes are skipped, so that all processes have all of the CPU: ${attempt.why}.`;
  return {
    environment,
    date: new Date().toISOString().slice(0, 10),
    rounds: options.rounds,
    quota,
    jwksDelayMs: options.jwksDelay,
    memories,
    results,
  };
}

async function phasesOf({ jwksDelay }: Options, plan: PhasesPlan): Promise<PhasesResult[]> {
  const provider = await startIdentityProvider(jwksDelay);
  try {
    return await measurePhases(provider, plan);
  } finally {
    await provider.close();
  }
}

function write(name: string, text: string): void {
  writeFileSync(new URL(name, import.meta.url), text);
}

function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}

const options = optionsOf(process.argv.slice(2));
const attempt = createCpuQuota(options.period);
try {
  const report = await measure(options, attempt);
  const markdown = coldReport(report);
  write('cold.json', `${JSON.stringify(report, rounded, 1)}\n`);
  write('cold.md', markdown);
  write('cold.svg', coldPlot(report));
  process.stdout.write(markdown);
} finally {
  if (attempt.kind === 'quota') attempt.quota.close();
}
