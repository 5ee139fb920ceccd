import fc, { type RunDetails } from 'fast-check';

/** Properties that ran in this process, and the cases that they drew. */
export const drawn = { properties: 0, cases: 0 };

/** The reporter of fast-check for all properties: counts the cases, and throws what fast-check throws by default. */
export function countDrawn(details: RunDetails<unknown>): void {
  drawn.properties += 1;
  drawn.cases += details.numRuns;
  const message = fc.defaultReportMessage(details);
  if (message !== undefined) throw new Error(message, { cause: details.errorInstance });
}
