import { OPEN_QUESTIONS } from '../../lib/proving/open-questions.ts';
import { table } from './tables.ts';

/** The open questions about AWS: what they are, why they matter, what the package does, and how to answer them. */
export function openQuestionsTable(): string {
  const rows = OPEN_QUESTIONS.map(({ question, scope, matters, safeSide, found }) => [
    `${question} (${scope})`,
    matters,
    safeSide,
    found.kind === 'by prove' ? '[`prove`](docs/20-command-line.md#prove)' : `By hand: ${found.experiment}`,
  ]);
  return table(['question', 'why it matters', 'what this package does', 'how to find out'], rows);
}
