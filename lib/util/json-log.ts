import { objectWith } from './option-checks.ts';

/** Writes lines. A Powertools `Logger` is one. */
export interface LineLog {
  info(message: string, fields: object): void;
}

/** Writes each line as one JSON object to standard output, which Lambda passes to CloudWatch. */
export const jsonLog: LineLog = {
  info(message, fields) {
    process.stdout.write(`${JSON.stringify({ level: 'INFO', message, ...fields })}\n`);
  },
};

/** The option `logger`: `null` for `false`. */
export function lineLog(value: unknown, path: string): LineLog | null {
  return value === false ? null : objectWith<LineLog>(value, path, 'a logger, or false for none', ['info']);
}
