import type { CacheAdvice } from '../../authorizer/cache-advice.ts';
import type { CheckReport, FindingReport, OptionsReport } from '../../checking/report.ts';
import { coloured, type Output } from '../output.ts';

/** Findings that are printed at most. */
const SHOWN = 100;

/** Prints a report for people: the options, then the findings, then the count. */
export function printReport(report: CheckReport, out: Output): void {
  for (const options of report.options) printOptions(options, out);
  for (const { name, kind, routes, file } of report.checked) {
    const size = routes === 0 ? '' : `, ${counted(routes, 'route')}`;
    out.write('\n', coloured('bold', name), ` (${kind}${size}) in ${file}\n`);
  }
  for (const finding of report.findings.slice(0, SHOWN)) printFinding(finding, out);
  const more = report.findings.length - SHOWN;
  if (more > 0) out.write(`\n${more} further findings: --json lists them all.\n`);
  const { errors, warnings } = report;
  out.write(
    '\n',
    coloured(errors > 0 ? 'red' : 'green', `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`),
    '\n',
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function printOptions(
  { api, routes, exact, warning, partial, reserved, overlaps, gateways }: OptionsReport,
  out: Output,
): void {
  out.write(
    coloured('bold', api === null ? 'Options' : `Options for ${api}`),
    `: ${counted(routes, 'route')}. ${exactness(exact)}\n`,
  );
  for (const text of [warning, partial]) {
    if (text !== null) out.write(`  ${text}\n`);
  }
  if (reserved.length > 0) {
    const list = reserved.map(
      ({ route, values }) =>
        `${route} (${values.length === 0 ? 'any literal of the routes' : values.join(', ')})`,
    );
    out.write(`  Values of parameters that some callers are refused (reserved_value): ${list.join('; ')}\n`);
  }
  for (const {
    routes: [one, other],
    decidedBy,
  } of overlaps) {
    out.write(
      `  '${one}' and '${other}' match the same requests, which must pass the rules of both. To decide, declare '${decidedBy}'.\n`,
    );
  }
  const width = Math.max(...Object.keys(gateways).map((kind) => kind.length));
  for (const [kind, advice] of Object.entries(gateways))
    out.write(`  ${kind.padEnd(width)}  ${adviceText(advice)}\n`);
}

function exactness(exact: boolean | null): string {
  if (exact === null) return 'One policy is right for all of them, or no policy can be cached.';
  return exact
    ? 'Every caller has an exact policy, unless it is too large.'
    : 'Some callers have no exact policy.';
}

function adviceText(advice: CacheAdvice): string {
  if (!advice.cache) return `TTL 0. ${advice.reason}`;
  const { identitySources, behindCatchAll, maxTtl } = advice;
  const limit = maxTtl === undefined ? '' : ` for ${maxTtl} seconds at most`;
  const key = identitySources.length === 0 ? 'the token' : identitySources.join(', ');
  const other = behindCatchAll === undefined ? '' : `; behind a catch-all by ${behindCatchAll.join(', ')}`;
  return `cached${limit} by ${key}${other}`;
}

function printFinding(
  { severity, code, file, path, line, problem, change }: FindingReport,
  out: Output,
): void {
  const place = line === null ? file : `${file}:${line}`;
  out.write(
    '\n',
    coloured(severity === 'error' ? 'red' : 'yellow', severity),
    ` ${code}  ${place}${path === '' ? '' : `  ${path}`}\n  ${problem}\n  ${change}\n`,
  );
}
