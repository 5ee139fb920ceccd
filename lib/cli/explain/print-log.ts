import type { ExplainedLog, LogProblem } from '../../explaining/log/explained-log.ts';
import { coloured, type Output } from '../output.ts';

/** Prints what a log says, for people. */
export function writeLog(out: Output, log: ExplainedLog): void {
  const { decisions, allows, problems, findings, notices, failures } = log;
  out.write(`${decisions} decisions: ${allows} allowed, ${decisions - allows} not\n`);
  for (const problem of problems) writeProblem(out, problem);
  for (const { failure, change } of failures) {
    out.write('\n', coloured('yellow', failure), ' (before a decision)\n', `  ${change}\n`);
  }
  for (const { finding, count, change } of findings) out.write(`\n${count} x ${finding}\n  ${change}\n`);
  for (const { message, count, advice } of notices) {
    out.write(`\n${count} x ${message}\n`, advice === undefined ? '' : `  ${advice}\n`);
  }
}

function writeProblem(out: Output, problem: LogProblem): void {
  const { outcome, code, status, count, advice, remedies, rule, detail, error, routes, gateways } = problem;
  const word = coloured(outcome === 'deny' ? 'red' : 'yellow', outcome);
  const about = [rule === undefined ? null : `rule ${rule}`, detail, error].filter((part) => part != null);
  out.write(
    '\n',
    `${count} x `,
    word,
    ` ${status ?? ''} ${code}${about.length === 0 ? '' : `: ${about.join(', ')}`}\n`,
  );
  out.write(`  ${advice}\n`);
  if (routes.length > 0) out.write(`  routes    ${routes.join(', ')}\n`);
  if (gateways.length > 0) out.write(`  gateways  ${gateways.join(', ')}\n`);
  if (problem.first !== undefined) out.write(`  when      ${problem.first} to ${problem.last}\n`);
  if (problem.requestId !== undefined) out.write(`  request   ${problem.requestId}\n`);
  for (const { where, change } of remedies) out.write(`  ${where.padEnd(9)} ${change}\n`);
}
