import type { Trace, TraceStep } from '../page-data.ts';
import { element, jsonBox } from './dom.ts';

const STATES: Readonly<Record<TraceStep['state'], { readonly mark: string; readonly text: string }>> = {
  passed: { mark: '✓', text: 'passed' },
  refused: { mark: '✕', text: 'refused' },
  reported: { mark: '!', text: 'would refuse, only reports' },
  fault: { mark: '✕', text: 'failed' },
  open: { mark: '·', text: 'not reached' },
};

/** A request through the chain: its steps, the answer and the log line. */
export function traceView({ steps, client, policy, log }: Trace): readonly HTMLElement[] {
  return [
    element('h3', {}, 'Steps'),
    element('ol', { class: 'steps' }, ...steps.map(stepView)),
    element('h3', {}, 'What the client gets'),
    textBox(clientText(client), 'What the client gets'),
    element('h3', {}, 'Log line'),
    jsonBox(log, 'Log line'),
    ...(policy === null ? [] : [element('h3', {}, 'Policy document'), jsonBox(policy, 'Policy document')]),
  ];
}

function stepView({ title, state, reason }: TraceStep): HTMLElement {
  const { mark, text } = STATES[state];
  return element(
    'li',
    { class: state },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, mark),
    element('span', { class: 'title' }, title),
    ' ',
    element('span', { class: 'state' }, text),
    element('p', {}, reason),
  );
}

function clientText({ status, headers, body }: Trace['client']): string {
  if (status === null) return 'The request goes on to the backend, which answers.';
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP ${status}`, ...lines, ...(body === null ? [] : ['', body])].join('\n');
}

function textBox(text: string, label: string): HTMLElement {
  const box = element('pre', { tabindex: 0, role: 'region', 'aria-label': label });
  for (const line of text.split('\n')) box.append(element('span', {}, line), '\n');
  return box;
}
