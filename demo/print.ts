import { styleText } from 'node:util';
import { FAULTS, REFUSALS } from '../lib/index.ts';
import { APIS, type ApiName } from './apis.ts';
import { countryOf, HOME } from './edge.ts';
import { dashboardLines, metricValues } from './metrics.ts';
import { PERSONAS } from './personas.ts';
import type { Expectation, Step } from './tour/step.ts';
import { codeOf, decidedBy, type StepResult } from './walk.ts';
import type { Witness } from './world.ts';

type Style = Parameters<typeof styleText>[0];

/** Coloured on a terminal; plain if piped or with `NO_COLOR`. */
function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Prints each step, with a heading when the API changes. */
export function stepPrinter(): (result: StepResult) => void {
  let api: ApiName | null = null;
  let number = 0;
  return (result) => {
    if (result.step.api !== api) {
      api = result.step.api;
      print(`\n${paint('bold', APIS[api].title)}`);
    }
    number += 1;
    printStep(number, result);
  };
}

function printStep(number: number, { step, witness, actual, differences }: StepResult): void {
  const good = differences.length === 0;
  const mark = good ? paint('green', '✔') : paint('red', '✘');
  print(`\n${mark} ${String(number).padStart(2)}  ${paint('bold', step.title)}`);
  print(`      ${paint('cyan', step.request)}  ${paint('dim', clientOf(step))}`);
  print(`      ${outcome(actual.status, actual.code)}`);
  printEvidence(witness);
  for (const difference of differences) print(`      ${paint('red', difference)}`);
}

function clientOf({ as, tampered, kept, from = HOME, headers = {} }: Step): string {
  const country = countryOf(from);
  return [
    as === undefined ? 'no token' : PERSONAS[as].token,
    ...(kept === true ? ['the same as before'] : []),
    ...(tampered === undefined ? [] : [tampered.name]),
    `from ${from}${country === undefined ? '' : ` (${country})`}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ].join(', ');
}

function outcome(status: number, code: Expectation['code']): string {
  const colour = status < 400 ? 'green' : status < 500 ? 'yellow' : 'red';
  const answer = paint([colour, 'bold'], String(status));
  return code === undefined ? answer : `${answer} ${paint(colour, code)}  ${adviceOn(code)}`;
}

function adviceOn(code: NonNullable<Expectation['code']>): string {
  return Object.hasOwn(REFUSALS, code)
    ? REFUSALS[code as keyof typeof REFUSALS].advice
    : FAULTS[code as keyof typeof FAULTS];
}

/** Prints the log line of the decision, or the reason why there is none, its metrics, and the notice on the set-up. */
function printEvidence(witness: Witness): void {
  print(`      ${evidence(witness)}`);
  if (witness.metrics !== null) print(`      ${paint('dim', witness.metrics)}`);
  if (witness.setUp !== null) print(`      ${paint('dim', witness.setUp.text)}`);
}

/** The log line of the decision, or the reason why there is none. */
function evidence(witness: Witness): string {
  if (witness.line !== null) return paint('dim', witness.line.text);
  return paint('dim', `The authorizer did not run: ${reasonOfNoLine(witness)}.`);
}

function reasonOfNoLine(witness: Witness): string {
  if (decidedBy(witness) === 'cache') return 'the gateway had the answer in its cache';
  return witness.exchange.route === null ? 'the API has no such route' : 'the identity source is missing';
}

/** Prints a request that came after the tour. */
export function printVisit(witness: Witness): void {
  const { method, target, status } = witness.exchange;
  const [path] = target.split('?');
  print(`\n${paint('cyan', `${method} ${path}`)}  ${paint('dim', APIS[witness.api].title)}`);
  print(`      ${outcome(status, codeOf(witness))}`);
  printEvidence(witness);
}

/** Prints what CloudWatch would show of the metrics. */
export function printDashboard(lines: readonly string[]): void {
  print(`\n${paint('bold', 'The metrics of the tour, as CloudWatch would show them')}\n`);
  for (const line of dashboardLines(metricValues(lines))) print(`  ${line}`);
}

export function printSummary(total: number, failed: readonly StepResult[]): void {
  print();
  if (failed.length === 0) {
    print(paint(['green', 'bold'], `All ${total} requests were answered as expected.`));
    return;
  }
  print(paint(['red', 'bold'], `${failed.length} of ${total} requests got an unexpected answer:`));
  for (const { step, differences } of failed) print(`  ${step.title}: ${differences.join('; ')}`);
}
