import { inspect } from 'node:util';
import { FAULTS, REFUSALS } from '../../decision/codes.ts';
import type { Decision } from '../../decision/decision.ts';
import type { Exchange } from '../../local-gateway/api.ts';
import type { DecisionLog } from '../../middlewares/decision-log.ts';
import type { Output } from '../output.ts';

/** Prints a decision: the outcome, what it is about, and what to do about a refusal. */
export function printDecision(out: Output, decision: Decision): void {
  const { outcome } = decision;
  if (outcome === 'allow') {
    out.write(`  allow  ${decision.route ?? 'no declared route'}, ${decision.principalId}\n`);
    return;
  }
  if (outcome === 'fault') {
    out.write(`  fault  ${decision.code}: ${FAULTS[decision.code]}\n${inspect(decision.cause)}\n`);
    return;
  }
  const { code, route, rule, detail } = decision;
  const about = [route ?? 'no declared route', rule, detail].filter((part) => part !== undefined);
  out.write(`  deny   ${code}, ${about.join(', ')}\n         ${REFUSALS[code].advice}\n`);
}

/** Prints a request and its answer. */
export function printExchange(
  out: Output,
  { method, target, status, route, invoked, cached, error }: Exchange,
): void {
  const [path] = target.split('?');
  const source = cached
    ? 'from the cache'
    : invoked
      ? ''
      : route === null
        ? 'no such route'
        : 'not authorized: an identity source is missing';
  const notes = [source, error].filter((note) => note !== null && note !== '');
  out.write(`${method} ${path} ${status}${notes.map((note) => `  ${note}`).join('')}\n`);
}

/** A logger that prints the notices on the set-up. Decisions are printed by {@link printDecision}. */
export function noticePrinter(out: Output): DecisionLog {
  const print: DecisionLog['info'] = (message, line) => {
    if (!('decision' in line)) out.write(`  ${message}: ${JSON.stringify(line, errorsAsText)}\n`);
  };
  return { info: print, warn: print, error: print };
}

/** JSON shows nothing of an error. */
function errorsAsText(_: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
