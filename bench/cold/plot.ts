import { type Panel, svgOf } from '../plot.ts';
import type { Memory, PhasesResult } from './phases.ts';
import { type ColdReport, share } from './report.ts';

/** Bars of init (pale) and first invocation for the least and the most memory, keys over TLS. */
export function coldPlot({ memories, results }: ColdReport): string {
  const ends = [...new Set([0, memories.length - 1])];
  const panels = ends.map((index) => panelOf(results, memories[index] as Memory, index));
  return svgOf('Init and first invocation of an authorizer', panels);
}

function panelOf(results: readonly PhasesResult[], memory: Memory, index: number): Panel {
  return {
    title: `Init (pale) and first invocation with ${share(memory)}, keys over TLS (milliseconds)`,
    unit: 'ms',
    digits: 0,
    bars: results.map(({ title, side, packaging, tls }) => ({
      label: `${title} (${packaging})`,
      side,
      values: [tls.init, tls.invocations[index] as number],
    })),
  };
}
